package dev.broadsheet.site;

import dev.broadsheet.newsletters.Newsletter;
import dev.broadsheet.platform.LinkTokens;
import io.quarkus.qute.TemplateInstance;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the sign-up form on a page holds.
 *
 * @param action where it is posted
 * @param ts when it was shown, signed
 * @param button instead of {@code ts} where one button is all that is left to press, or empty
 * @param email as typed before, or empty
 * @param name as typed before, or empty
 * @param sections as chosen before
 * @param error what was wrong with it, or empty
 */
record SignUpForm(
        String action, String ts, String button, String email, String name, List<String> sections, String error) {

    /** What another site puts into its own pages: the form without {@code ts}, which so gets the page with one button. */
    record embed(String action, String title) implements TemplateInstance {}

    static SignUpForm of(Newsletter newsletter, LinkTokens tokens) {
        return new SignUpForm(
                "/n/" + newsletter.slug + "/subscribe",
                tokens.sign(LinkTokens.Purpose.FORM_SHOWN, newsletter.id),
                "",
                "",
                "",
                List.of(),
                "");
    }

    SignUpForm typed(@Nullable String typedEmail, @Nullable String typedName, List<String> chosen) {
        return new SignUpForm(
                action,
                ts,
                button,
                typedEmail == null ? "" : typedEmail,
                typedName == null ? "" : typedName,
                chosen,
                error);
    }

    SignUpForm refused(String why) {
        return new SignUpForm(action, ts, button, email, name, sections, why);
    }

    SignUpForm button(String token) {
        return new SignUpForm(action, ts, token, email, name, sections, error);
    }
}
