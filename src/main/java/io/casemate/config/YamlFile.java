package io.casemate.config;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;

/** A YAML file as a tree whose nodes know their lines. No tag makes an object; aliases are refused. */
final class YamlFile {
    private static final long LONGEST = 1 << 20;

    private YamlFile() {}

    /** The file's mapping; empty, with a problem noted, when it has none. */
    static Optional<MappingNode> read(Path file, Problems problems) {
        return text(file, problems).flatMap(text -> parse(name(file), text, problems));
    }

    /** As problems name the file: its last name, which only the root directory has not. */
    static String name(Path file) {
        return file.getFileName() == null ? file.toString() : file.getFileName().toString();
    }

    private static Optional<String> text(Path file, Problems problems) {
        try {
            if (Files.size(file) > LONGEST) {
                problems.add(file.toString(), "is longer than 1 MiB");
                return Optional.empty();
            }
            return Optional.of(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(Files.readAllBytes(file)))
                    .toString());
        } catch (CharacterCodingException e) {
            problems.add(file.toString(), "is not UTF-8 text");
        } catch (IOException e) {
            problems.add(
                    file.toString(),
                    "cannot be read (" + e.getClass().getSimpleName() + "): does it exist, may this user read it?");
        }
        return Optional.empty();
    }

    private static Optional<MappingNode> parse(String name, String text, Problems problems) {
        LoaderOptions options = new LoaderOptions();
        options.setMaxAliasesForCollections(0);
        options.setNestingDepthLimit(20);
        try {
            Node root = new Yaml(new SafeConstructor(options)).compose(new java.io.StringReader(text));
            if (root instanceof MappingNode mapping) {
                return Optional.of(mapping);
            }
            problems.add(
                    name, root == null ? "is empty" : "must be YAML, a mapping of keys to values; HCL is not read");
        } catch (MarkedYAMLException e) {
            int line = e.getProblemMark() == null ? 0 : e.getProblemMark().getLine() + 1;
            problems.add(name + ":" + line, "is not valid YAML: " + e.getProblem());
        } catch (YAMLException e) {
            problems.add(name, "is not valid YAML");
        }
        return Optional.empty();
    }
}
