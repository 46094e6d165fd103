package dev.broadsheet.events;

/** A line of an issue's source, as written. @param number 1-based, front matter included */
public record SourceLine(int number, String text) {}
