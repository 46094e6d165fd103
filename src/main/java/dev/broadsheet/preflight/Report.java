package dev.broadsheet.preflight;

import java.util.List;

/**
 * What preflight has to say of an issue.
 *
 * @param findings by line, then column, then rule
 * @param facts for the preflight of later issues
 */
public record Report(List<Finding> findings, Facts facts) {}
