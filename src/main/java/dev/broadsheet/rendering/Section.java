package dev.broadsheet.rendering;

/**
 * A heading of an issue's source with all that belongs to it.
 *
 * @param id the same in every issue that has it: of its title's letters and digits, and for the third level
 *     {@code second/third}
 * @param level 1 to 6; readers choose among sections of the second and third
 * @param title its text without marks
 * @param line of the heading, counted from one
 * @param endLine the last before the next heading of this level or a higher one
 */
public record Section(String id, int level, String title, int line, int endLine) {

    Section endingAt(int last) {
        return new Section(id, level, title, line, last);
    }

    public boolean holds(int other) {
        return other >= line && other <= endLine;
    }
}
