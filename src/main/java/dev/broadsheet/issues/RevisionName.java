package dev.broadsheet.issues;

/**
 * Which revision it is, without what it holds.
 *
 * @param number of the revision within the issue
 * @param issueState as of now
 */
public record RevisionName(String slug, int number, IssueState issueState) {}
