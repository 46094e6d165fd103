/** Markdown to safe HTML, to mail HTML and to text: pure functions of a source. */
package dev.broadsheet.rendering;
