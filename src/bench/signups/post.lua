-- Posts the sign-up form as many different people from as many networks would, through a trusted proxy.
-- TS: a form's signed time stamp. RUN: makes addresses differ from those of earlier runs.
local ts = os.getenv("TS")
local run = os.getenv("RUN")
local path = os.getenv("FORM")
local count = 0
local threads = {}

function setup(thread)
  thread:set("number", #threads)
  table.insert(threads, thread)
end

function init()
  math.randomseed(os.time() + number)
  other = 0
end

function request()
  count = count + 1
  local network = math.random(0, 16777215)
  local ip = string.format("%d.%d.%d.7", 11 + math.floor(network / 65536) % 200, math.floor(network / 256) % 256, network % 256)
  local body = string.format("email=reader-%s-%d-%d%%40example.org&name=Reader&ts=%s", run, number, count, ts)
  return wrk.format("POST", path, {
    ["Content-Type"] = "application/x-www-form-urlencoded",
    ["User-Agent"] = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
    ["X-Forwarded-For"] = ip,
  }, body)
end

-- whatever is not the redirect
function response(status)
  if status ~= 303 then
    other = other + 1
  end
end

function done(summary, latency)
  local others = 0
  for _, thread in ipairs(threads) do
    others = others + thread:get("other")
  end
  local errors = summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout
  io.write(string.format("| posts a second | %.0f |\n| p50, p99, longest | %.1f, %.1f, %.1f ms |\n| answers other than 303, errors | %d, %d |\n",
    summary.requests / summary.duration * 1e6, latency:percentile(50) / 1000, latency:percentile(99) / 1000,
    latency.max / 1000, others, errors))
end
