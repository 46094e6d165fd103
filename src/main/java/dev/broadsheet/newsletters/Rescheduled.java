package dev.broadsheet.newsletters;

/** A newsletter has another schedule, or another time zone, from this transaction on; its schedule may be gone. */
public record Rescheduled(Newsletter newsletter) {}
