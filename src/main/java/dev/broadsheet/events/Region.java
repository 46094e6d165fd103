package dev.broadsheet.events;

/** A heading that events stand under: {@code Virtual}, {@code Europe}. @param line of the heading */
public record Region(String name, int line) {}
