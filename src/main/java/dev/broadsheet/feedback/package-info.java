/**
 * What became of messages after their hand-over, as providers and receivers say: into the ledger and suppressions; and
 * suppressions that are lifted, to the provider.
 */
package dev.broadsheet.feedback;
