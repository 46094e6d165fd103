package dev.broadsheet.preflight;

import dev.broadsheet.events.ListedEvent;
import java.util.List;

/**
 * What preflight has to say of an issue.
 *
 * @param findings by line, then column, then rule
 * @param facts for the preflight of later issues
 * @param events of its events section, as far as they can be read
 */
public record Report(List<Finding> findings, Facts facts, List<ListedEvent> events) {}
