package dev.broadsheet.rendering;

import java.io.StringReader;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * Reads a flat YAML mapping as text: it looks at the nodes and constructs nothing, so that no tag makes an object,
 * and a date, a number or {@code no} stays what the editor typed.
 */
final class YamlScalars {

    private YamlScalars() {}

    /** @param keys in lower case; values under other keys may be anything and are passed over */
    static Map<String, String> read(String yaml, Set<String> keys) {
        LoaderOptions options = new LoaderOptions();
        options.setNestingDepthLimit(20);
        options.setMaxAliasesForCollections(10);
        options.setCodePointLimit(65_536);
        Node root;
        try {
            root = new Yaml(new SafeConstructor(options)).compose(new StringReader(yaml));
        } catch (MarkedYAMLException e) {
            int line = e.getProblemMark() == null ? 1 : e.getProblemMark().getLine() + 1;
            throw FrontMatterReader.invalid("Line " + line + " after the first --- cannot be read as YAML."
                    + " Put a value that holds a colon into quotes: Title: \"News: a week\".");
        } catch (YAMLException e) {
            throw FrontMatterReader.invalid(
                    "The lines between --- and --- cannot be read as YAML." + " Write one \"Key: value\" on each.");
        }
        if (root == null) {
            return Map.of();
        }
        if (!(root instanceof MappingNode mapping)) {
            throw FrontMatterReader.invalid("Write one \"Key: value\" on each line between --- and ---.");
        }
        return scalars(mapping, keys);
    }

    private static Map<String, String> scalars(MappingNode mapping, Set<String> keys) {
        Map<String, String> values = new LinkedHashMap<>();
        for (NodeTuple tuple : mapping.getValue()) {
            if (!(tuple.getKeyNode() instanceof ScalarNode keyNode)) {
                continue;
            }
            String key = keyNode.getValue().toLowerCase(Locale.ROOT);
            if (!keys.contains(key)) {
                continue;
            }
            if (!(tuple.getValueNode() instanceof ScalarNode value)) {
                throw FrontMatterReader.invalid(
                        "In the front matter, " + key + " is a list or a block. Write it as one plain line.");
            }
            if (values.put(key, Tag.NULL.equals(value.getTag()) ? "" : value.getValue()) != null) {
                throw FrontMatterReader.invalid("In the front matter, " + key + " stands twice. Keep one.");
            }
        }
        return values;
    }
}
