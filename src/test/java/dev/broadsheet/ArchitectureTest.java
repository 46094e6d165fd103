package dev.broadsheet;

import static com.tngtech.archunit.lang.conditions.ArchConditions.beAnnotatedWith;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import dev.broadsheet.accounts.Caller;
import dev.broadsheet.accounts.ForEditors;
import dev.broadsheet.accounts.Needs;
import dev.broadsheet.accounts.Scope;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The package table: a new arrow is a decision, made here in the commit that needs it. */
class ArchitectureTest {

    private static final String ROOT = "dev.broadsheet";

    /** What each package may use, besides {@code platform}. */
    private static final Map<String, List<String>> MAY_USE = new TreeMap<>(Map.ofEntries(
            entry("platform"),
            entry("accounts"),
            entry("rendering"),
            entry("events"),
            entry("preflight", "rendering", "events"),
            // the looks of its mails and the rules that it switches off are checked where an editor sets them
            entry("newsletters", "accounts", "rendering", "preflight"),
            entry("mail", "accounts"),
            entry("suppression", "accounts", "newsletters"),
            entry("subscribers", "accounts", "newsletters", "rendering", "mail", "suppression"),
            entry("issues", "accounts", "newsletters", "rendering", "events", "preflight"),
            entry("linkcheck", "accounts", "newsletters", "rendering", "preflight", "issues"),
            entry("delivery", "accounts", "newsletters", "rendering", "mail", "suppression", "subscribers", "issues"),
            entry("feedback", "accounts", "newsletters", "mail", "suppression", "subscribers", "delivery"),
            // a page stands around an issue's text as a mail does
            entry("site", "newsletters", "subscribers", "rendering", "issues", "events")));

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(ROOT);

    private static Map.Entry<String, List<String>> entry(String name, String... mayUse) {
        return Map.entry(name, List.of(mayUse));
    }

    @Test
    void packages_useOnlyWhatTheTableAllows() {
        MAY_USE.forEach((name, allowed) -> {
            List<String> others = new ArrayList<>(MAY_USE.keySet());
            others.removeAll(allowed);
            others.remove("platform");
            others.remove(name);
            if (!others.isEmpty()) {
                noClasses()
                        .that()
                        .resideInAPackage(ROOT + "." + name)
                        .should()
                        .dependOnClassesThat()
                        .resideInAnyPackage(
                                others.stream().map(o -> ROOT + "." + o + "..").toArray(String[]::new))
                        .allowEmptyShould(true)
                        .check(CLASSES);
            }
        });
    }

    @Test
    void packages_areAllInTheTable_andHaveNoSubPackages() {
        classes()
                .should()
                .resideInAnyPackage(
                        MAY_USE.keySet().stream().map(name -> ROOT + "." + name).toArray(String[]::new))
                .check(CLASSES);
    }

    @Test
    void packages_haveNoCycle() {
        slices().matching(ROOT + ".(*)..").should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void resourcesUnderApi_askForAToken() {
        classes()
                .that(standUnderApi(path -> true))
                .should(beAnnotatedWith(ForEditors.class))
                .check(CLASSES);
    }

    /** The filter sees to a newsletter that the path names; whoever finds it by an id asks who calls. */
    @Test
    void resourcesUnderApi_whosePathNamesNoNewsletter_askWhoCalls() {
        classes()
                .that(standUnderApi(path -> !path.contains("{newsletter}")))
                .and()
                // these hold what is no newsletter's, and ask in their services
                .doNotHaveSimpleName("TokenResource")
                .should()
                .dependOnClassesThat()
                .areAssignableTo(Caller.class)
                .check(CLASSES);
    }

    @Test
    void changesOfCampaigns_needTheScopeSend() {
        methods()
                .that(change("delivery"))
                .and()
                .areDeclaredInClassesThat()
                .doNotHaveSimpleName("LedgerResource") // what is dropped there never comes back
                .and()
                .areDeclaredInClassesThat()
                .doNotHaveSimpleName("LimitResource") // all newsletters share them
                .should(need(Scope.SEND))
                .check(CLASSES);
    }

    @Test
    void changesOfTokensAndNewsletters_needTheScopeAdmin() {
        methods()
                .that(change("accounts").or(change("newsletters")))
                .should(need(Scope.ADMIN))
                .check(CLASSES);
    }

    private static DescribedPredicate<JavaClass> standUnderApi(Predicate<String> path) {
        return DescribedPredicate.describe(
                "stand under /api",
                type -> type.isAnnotatedWith(Path.class)
                        && type.getAnnotationOfType(Path.class).value().startsWith("/api")
                        && path.test(type.getAnnotationOfType(Path.class).value()));
    }

    private static DescribedPredicate<JavaMethod> change(String of) {
        return DescribedPredicate.describe(
                "change something of " + of,
                method -> method.getOwner().getPackageName().equals(ROOT + "." + of)
                        && Stream.of(POST.class, PUT.class, PATCH.class, DELETE.class)
                                .anyMatch(method::isAnnotatedWith));
    }

    private static ArchCondition<JavaMethod> need(Scope scope) {
        return ArchCondition.from(DescribedPredicate.describe(
                "need the scope " + scope,
                method -> scope
                        == method.tryGetAnnotationOfType(Needs.class)
                                .or(() -> method.getOwner().tryGetAnnotationOfType(Needs.class))
                                .map(Needs::value)
                                .orElse(null)));
    }
}
