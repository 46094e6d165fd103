/** Campaigns and their ledger: start, lanes, permits, claims, marks, outcomes. */
package dev.broadsheet.delivery;
