package dev.broadsheet.issues;

/** An issue was taken off the web; fired within the transaction that does so. */
public record IssueWithdrawn(long issueId) {}
