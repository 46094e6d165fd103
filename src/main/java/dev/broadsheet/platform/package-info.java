/** Clock, signed link tokens, problems over HTTP, the database, health: what every feature stands on. */
package dev.broadsheet.platform;
