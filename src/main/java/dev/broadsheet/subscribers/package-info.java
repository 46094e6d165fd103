/** Getting on the list by double opt-in, getting off by one click, and coming along from elsewhere by import. */
package dev.broadsheet.subscribers;
