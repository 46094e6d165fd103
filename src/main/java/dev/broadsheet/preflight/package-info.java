/** Reads an issue as a careful editor would: pure functions of a source and of what earlier issues were like. */
package dev.broadsheet.preflight;
