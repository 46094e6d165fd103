package dev.broadsheet.issues;

import org.jspecify.annotations.Nullable;

/**
 * Where a revision's source came from.
 *
 * @param token name of the API token that brought it
 * @param commit what the editor's tool says, such as the id of a commit
 */
public record Origin(@Nullable String token, @Nullable String commit) {}
