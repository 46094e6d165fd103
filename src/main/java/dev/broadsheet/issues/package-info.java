/** An issue: its source, its immutable revisions, its publication. */
package dev.broadsheet.issues;
