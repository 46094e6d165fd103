/** Readers' pages: the form, the links in mails, the archive. */
package dev.broadsheet.site;
