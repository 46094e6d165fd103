package dev.broadsheet.preflight;

import java.util.List;

/** stub */
public record Report(List<Finding> findings, Facts facts) {}
