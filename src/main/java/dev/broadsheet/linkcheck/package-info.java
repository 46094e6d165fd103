/** Looks whether the links of an issue lead anywhere: an optional check, and the only code that opens others' pages. */
package dev.broadsheet.linkcheck;
