/** A newsletter: its sender, its looks, its schedule. */
package dev.broadsheet.newsletters;
