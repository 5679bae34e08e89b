package io.casemate.config;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * One mapping of the file, read key by key. An environment variable named after a key's path
 * ({@code CASEMATE_LISTENER_PORT}) wins over the file. What nobody asked for is reported by {@link #finish}.
 */
final class Section {
    private final Source source;
    private final String path;
    private final String where;
    private final Map<String, Node> members = new LinkedHashMap<>();
    private final Map<String, String> lines = new LinkedHashMap<>();
    private final Set<String> asked = new LinkedHashSet<>();

    /** What all sections of one file share. */
    record Source(String file, Map<String, String> environment, Problems problems) {
        String at(Node node) {
            return file + ":" + (node.getStartMark().getLine() + 1);
        }
    }

    Section(Source source, String path, Optional<MappingNode> node) {
        this.source = source;
        this.path = path;
        this.where = node.map(source::at).orElse(source.file());
        node.ifPresent(this::take);
    }

    /** A value as text, with the place it came from. */
    Optional<Setting> setting(String key) {
        asked.add(key);
        String variable = ("CASEMATE_" + full(key)).toUpperCase(Locale.ROOT).replace('.', '_');
        if (source.environment().containsKey(variable)) {
            return Optional.of(variable(key, variable));
        }
        return fromFile(key);
    }

    /** The same, without regard to the environment. */
    Optional<Setting> fromFile(String key) {
        asked.add(key);
        return switch (members.get(key)) {
            case null -> Optional.empty();
            case ScalarNode scalar when scalar.getTag().equals(Tag.NULL) -> Optional.empty();
            case ScalarNode scalar ->
                Optional.of(new Setting(scalar.getValue(), source.at(scalar), full(key), source.problems()));
            case Node other -> {
                source.problems().add(source.at(other), full(key) + ": expected one value, found a list or a mapping");
                yield Optional.empty();
            }
        };
    }

    /** The value of an environment variable that is there, as this section's {@code key}. */
    Setting variable(String key, String variable) {
        return new Setting(
                source.environment().get(variable), "environment variable " + variable, full(key), source.problems());
    }

    /** The same; its absence is a problem. */
    Optional<Setting> required(String key, String what) {
        Optional<Setting> setting = setting(key);
        Node node = members.get(key);
        if (setting.isEmpty() && (node == null || node.getTag().equals(Tag.NULL))) {
            missing(key, what);
        }
        return setting;
    }

    /** Notes that a needed key is not there. */
    void missing(String key, String what) {
        source.problems().add(where, full(key) + " is missing: " + what);
    }

    /** A mapping below this one; an empty one when it is not there. */
    Section section(String key) {
        asked.add(key);
        Node node = members.get(key);
        if (node != null && !(node instanceof MappingNode) && !node.getTag().equals(Tag.NULL)) {
            source.problems().add(source.at(node), full(key) + ": expected a mapping of keys to values");
        }
        return new Section(source, full(key), node instanceof MappingNode m ? Optional.of(m) : Optional.empty());
    }

    /** One mapping or a list of them; none, with a problem noted, for an empty list. */
    List<Section> sections(String key) {
        if (members.get(key) instanceof SequenceNode list) {
            asked.add(key);
            if (list.getValue().isEmpty()) {
                source.problems().add(source.at(list), full(key) + ": the list is empty, at least one is needed");
            }
            return IntStream.range(0, list.getValue().size())
                    .mapToObj(i -> item(full(key) + "." + i, list.getValue().get(i)))
                    .toList();
        }
        return List.of(section(key));
    }

    /** Words, as a list or separated by commas; empty when there are none. */
    List<Setting> words(String key) {
        if (members.get(key) instanceof SequenceNode list) {
            asked.add(key);
            list.getValue().stream()
                    .filter(item -> !(item instanceof ScalarNode))
                    .forEach(item -> source.problems().add(source.at(item), full(key) + ": expected a list of words"));
            return list.getValue().stream()
                    .filter(ScalarNode.class::isInstance)
                    .map(item ->
                            new Setting(((ScalarNode) item).getValue(), source.at(item), full(key), source.problems()))
                    .toList();
        }
        return setting(key).stream()
                .flatMap(all -> Arrays.stream(all.text().split(","))
                        .map(String::strip)
                        .filter(word -> !word.isEmpty())
                        .map(word -> new Setting(word, all.where(), all.key(), all.problems())))
                .toList();
    }

    Problems problems() {
        return source.problems();
    }

    Map<String, String> environment() {
        return source.environment();
    }

    String where() {
        return where;
    }

    String path() {
        return path;
    }

    /** Reports the keys that nobody asked for. */
    void finish() {
        members.keySet().stream()
                .filter(key -> !asked.contains(key))
                .forEach(key -> source.problems()
                        .add(lines.get(key), full(key) + " is not known." + Suggestion.among(asked, key)));
    }

    private Section item(String name, Node node) {
        if (node instanceof MappingNode mapping) {
            return new Section(source, name, Optional.of(mapping));
        }
        source.problems().add(source.at(node), name + ": expected a mapping of keys to values");
        return new Section(source, name, Optional.empty());
    }

    private void take(MappingNode node) {
        for (NodeTuple tuple : node.getValue()) {
            String line = source.at(tuple.getKeyNode());
            if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
                source.problems().add(line, "a key must be a word");
            } else if (members.putIfAbsent(key.getValue(), tuple.getValueNode()) != null) {
                source.problems().add(line, full(key.getValue()) + " stands there twice");
            } else {
                lines.put(key.getValue(), line);
            }
        }
    }

    private String full(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }
}
