package dev.broadsheet.rendering;

/**
 * A letter as it is mailed.
 *
 * @param html a whole document, CSS inlined
 * @param text its plain twin, wrapped at 76
 */
public record LetterMail(String html, String text) {}
