/** One message, the queue of single mails, the limits that all sending shares, and the transports. */
package dev.broadsheet.mail;
