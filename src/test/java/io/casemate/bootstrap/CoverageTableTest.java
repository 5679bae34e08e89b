package io.casemate.bootstrap;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.casemate.engine.Endpoint;
import io.casemate.kernel.Operation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Holds {@code docs/coverage.md} to the endpoints of the server as wired, and tells {@code tests/coverage} what they are. */
class CoverageTableTest {
    private static final Path TOLD = Path.of("target/endpoints.tsv");
    private static final Path TABLE = Path.of("docs/coverage.md");
    private static final Pattern ROW = Pattern.compile("\\| `([^`]*)` \\| (\\w+) \\| ([^|]+) \\|.*");

    private record Line(String type, String pattern, String operation, String whoMay) {
        static Line of(String type, Endpoint endpoint, Operation operation) {
            String whoMay = switch (endpoint.access()) {
                case PUBLIC -> "anybody";
                case TOKEN -> "by policy";
                case SUDO -> "by policy, with sudo";
            };
            return new Line(type, endpoint.pattern(), operation.word(), whoMay);
        }

        static Stream<Line> all(String type, Endpoint endpoint) {
            return endpoint.handlers().keySet().stream().map(operation -> of(type, endpoint, operation));
        }

        String text() {
            return String.join("\t", type, pattern, operation, whoMay);
        }
    }

    @Test
    void everyEndpointHasItsRow(@TempDir Path home) throws IOException {
        List<Line> lines = lines(home);
        Files.createDirectories(TOLD.getParent());
        Files.write(TOLD, lines.stream().map(Line::text).toList());
        assertEquals(
                lines.stream().map(Line::text).collect(Collectors.toCollection(TreeSet::new)),
                rows(),
                TABLE + " is not about this server; tests/coverage writes it anew");
    }

    private static List<Line> lines(Path home) throws IOException {
        List<Line> lines = new ArrayList<>();
        try (WiredServer server = new WiredServer(home)) {
            server.wiring()
                    .whileSealed()
                    .forEach(door -> Line.all("at the door", door).forEach(lines::add));
            for (String type : server.wiring().mounts().types().engines().keySet()) {
                server.post("sys/mounts/" + type, Map.of("type", type));
            }
            server.post("sys/mounts/versioned", Map.of("type", "kv", "options", Map.of("version", "2")));
            for (String type : server.wiring().mounts().types().methods().keySet()) {
                server.post("sys/auth/" + type, Map.of("type", type));
            }
            server.wiring().mounts().entries().forEach(entry -> {
                String type = entry.type() + (entry.path().equals("versioned/") ? " version 2" : "");
                for (Endpoint endpoint : server.wiring()
                        .mounts()
                        .existing(entry.path())
                        .endpoints()
                        .endpoints()) {
                    Line.all(type, endpoint).forEach(lines::add);
                }
            });
        }
        return lines;
    }

    private static Set<String> rows() throws IOException {
        Set<String> rows = new TreeSet<>();
        String type = "";
        for (String line : Files.readAllLines(TABLE)) {
            var row = ROW.matcher(line);
            if (line.startsWith("## ")) {
                type = line.substring(3);
            } else if (row.matches()) {
                String pattern = row.group(1).equals("/") ? "" : row.group(1);
                rows.add(String.join("\t", type, pattern, row.group(2), row.group(3)));
            }
        }
        return rows;
    }
}
