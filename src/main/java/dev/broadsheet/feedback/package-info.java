/** What became of messages after their hand-over, as providers and receivers say: into the ledger and suppressions. */
package dev.broadsheet.feedback;
