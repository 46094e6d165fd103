package dev.broadsheet.preflight;

import dev.broadsheet.rendering.Section;
import java.util.List;
import org.commonmark.node.Node;

/**
 * A section's own part: what stands between its heading and the next one of any level.
 *
 * @param depth how many sections it lies within
 * @param parent index of the section it lies within, -1 for none
 * @param blocks in order, comments and definitions included
 */
record Part(Section section, int depth, int parent, List<Node> blocks) {}
