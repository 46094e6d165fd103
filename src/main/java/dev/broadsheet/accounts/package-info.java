/** API tokens and what each may do. Newsletters are plain values (slugs) to it. */
package dev.broadsheet.accounts;
