package dev.broadsheet.accounts;

import java.util.Set;

/**
 * A token is to be made for these newsletters, which are plain names here. Whoever knows them observes it, within the
 * transaction, and refuses by a {@link dev.broadsheet.platform.Problem} what is none.
 */
public record NewslettersNamed(Set<String> slugs) {}
