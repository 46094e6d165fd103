/** Addresses that must not be mailed, kept as keyed hashes. */
package dev.broadsheet.suppression;
