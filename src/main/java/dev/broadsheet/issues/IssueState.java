package dev.broadsheet.issues;

/** Where an issue stands with its readers. A withdrawn one may be published again, at the same address. */
public enum IssueState {
    DRAFT,
    PUBLISHED,
    WITHDRAWN
}
