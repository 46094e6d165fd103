// Finds what the sign-up form's button asks for: a number whose SHA-256, together with the button's token, begins with
// so many zero bits. Without it the person waits, as the page says; so nothing here may keep the button shut.
const AT_A_TIME = 250;
const form = document.querySelector("form[data-zero-bits]");
const button = form.querySelector("button");
const status = form.querySelector("[role=status]");
const token = form.elements.button.value;
const zeroBits = Number(form.dataset.zeroBits);
const text = new TextEncoder();

async function fits(number) {
  const hash = await crypto.subtle.digest("SHA-256", text.encode(token + ":" + number));
  return new DataView(hash).getUint32(0) >>> (32 - zeroBits) === 0;
}

async function find() {
  for (let first = 0; ; first += AT_A_TIME) {
    const found = await Promise.all(Array.from({ length: AT_A_TIME }, (_, i) => fits(first + i)));
    if (found.includes(true)) {
      return first + found.indexOf(true);
    }
  }
}

button.disabled = true;
status.textContent = status.dataset.working;
try {
  form.elements.work.value = String(await find());
  status.textContent = "";
} catch {
  // browsers lend their SHA-256 to pages of https alone
  status.textContent = status.dataset.failed;
} finally {
  button.disabled = false;
}
