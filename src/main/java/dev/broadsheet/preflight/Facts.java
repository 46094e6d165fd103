package dev.broadsheet.preflight;

/** stub */
public record Facts() {}
