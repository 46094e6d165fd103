/** What becomes of mails after they were handed over: what providers, receivers and bounce mails say of them. */
package dev.broadsheet.feedback;
