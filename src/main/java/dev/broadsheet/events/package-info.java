/** The events that a digest lists: read from its source, checked, and made into iCalendar. Pure functions. */
package dev.broadsheet.events;
