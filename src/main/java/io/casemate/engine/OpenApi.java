package io.casemate.engine;

import io.casemate.engine.Endpoint.Access;
import io.casemate.engine.Endpoint.Body;
import io.casemate.kernel.Operation;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The API as an OpenAPI 3.0.2 document, made from the endpoints themselves: what is served is what is described. Members
 * whose names begin with {@code x-vault-} are those that generators of clients know.
 */
public final class OpenApi {
    private static final List<Operation> FOLDERS = List.of(Operation.LIST, Operation.SCAN);

    private final Map<String, Object> paths = new TreeMap<>();
    private final String version;

    /** An empty document of the API's {@code version}. */
    public OpenApi(String version) {
        this.version = version;
    }

    /**
     * Adds the endpoints of a mount.
     *
     * @param mount with the trailing slash; empty for paths relative to any
     * @param tag how they are grouped, such as {@code secrets}
     */
    public OpenApi add(String mount, String tag, List<Endpoint> endpoints) {
        for (Endpoint endpoint : endpoints) {
            put("/" + mount, endpoint, item(mount, tag, endpoint));
        }
        return this;
    }

    /**
     * Adds the endpoints of a mount, which is named by a parameter, as in {@code /auth/{staff_mount_path}/login}: for
     * generators of clients, whose users mount where they like.
     *
     * @param mount with the trailing slash
     */
    public OpenApi addAnywhere(String mount, String tag, List<Endpoint> endpoints) {
        String folder = mount.startsWith("auth/") ? "auth/" : "";
        String place = mount.substring(folder.length(), mount.length() - 1);
        String name = place.replaceAll("[-/]", "_") + "_mount_path";
        Map<String, Object> parameter = parameter(name, "path", Field.string("Where it is mounted."));
        parameter.put("schema", Map.of("type", "string", "default", place));
        for (Endpoint endpoint : endpoints) {
            Map<String, Object> item = item(mount, tag, endpoint);
            List<Object> inPath = new ArrayList<>(List.of(parameter));
            inPath.addAll((List<?>) item.getOrDefault("parameters", List.of()));
            item.put("parameters", inPath);
            put("/" + folder + "{" + name + "}/", endpoint, item);
        }
        return this;
    }

    private void put(String mount, Endpoint endpoint, Map<String, Object> item) {
        String path = mount + endpoint.pattern().replace("...}", "}");
        paths.merge(
                path.length() > 1 && path.endsWith("/") ? path.substring(0, path.length() - 1) : path,
                item,
                OpenApi::both);
    }

    /** The document. */
    public Map<String, Object> document() {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("openapi", "3.0.2");
        Map<String, Object> info = new LinkedHashMap<>();
        info.put("title", "Casemate API");
        info.put("description", "HTTP API of a secrets server. All paths lie below /v1.");
        info.put("version", version);
        info.put("license", Map.of("name", "Apache-2.0", "url", "https://www.apache.org/licenses/LICENSE-2.0"));
        document.put("info", info);
        document.put("servers", List.of(Map.of("url", "/v1")));
        document.put("paths", paths);
        document.put(
                "components",
                Map.of(
                        "securitySchemes",
                        Map.of("token", Map.of("type", "apiKey", "in", "header", "name", "X-Vault-Token"))));
        return document;
    }

    /** Two endpoints of one path, one of them for the sealed server: the operations of both. */
    private static Object both(Object one, Object other) {
        Map<String, Object> merged = new LinkedHashMap<>();
        ((Map<?, ?>) other).forEach((key, value) -> merged.put((String) key, value));
        ((Map<?, ?>) one).forEach((key, value) -> merged.put((String) key, value));
        return merged;
    }

    private static Map<String, Object> item(String mount, String tag, Endpoint endpoint) {
        Map<String, Object> item = new LinkedHashMap<>();
        item.put("description", endpoint.synopsis());
        List<Object> inPath = new ArrayList<>();
        for (String name : captured(endpoint)) {
            Field field = endpoint.fields().getOrDefault(name, Field.string("Part of the path."));
            inPath.add(parameter(name, "path", field));
        }
        if (!inPath.isEmpty()) {
            item.put("parameters", inPath);
        }
        if (endpoint.access() == Access.SUDO) {
            item.put("x-vault-sudo", true);
        }
        if (endpoint.access() == Access.PUBLIC) {
            item.put("x-vault-unauthenticated", true);
        }
        if (endpoint.exists().isPresent()) {
            item.put("x-vault-createSupported", true);
        }
        for (Operation operation : Operation.values()) {
            if (endpoint.handlers().containsKey(operation)) {
                item.putIfAbsent(method(operation), operation(mount, tag, endpoint, operation));
            }
        }
        return item;
    }

    private static Map<String, Object> operation(String mount, String tag, Endpoint endpoint, Operation operation) {
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("summary", endpoint.synopsis());
        shown.put("operationId", id(mount, endpoint, operation));
        shown.put("tags", List.of(tag));
        boolean body = operation == Operation.UPDATE || operation == Operation.CREATE || operation == Operation.PATCH;
        List<Object> query = new ArrayList<>();
        for (Operation other : FOLDERS) {
            if (operation == other) {
                query.add(parameter(other.word(), "query", Field.string("Must be \"true\".")));
            } else if (method(operation).equals("get") && endpoint.handlers().containsKey(other)) {
                Field instead = Field.string("\"true\" makes a " + other.word() + " of it.");
                query.add(parameter(other.word(), "query", instead));
            }
        }
        Map<String, Field> members = new TreeMap<>(endpoint.fields());
        captured(endpoint).forEach(members::remove);
        if (body && endpoint.body() == Body.RAW) {
            Map<String, Object> bytes = Map.of("schema", Map.of("type", "string", "format", "binary"));
            shown.put("requestBody", Map.of("content", Map.of("application/gzip", bytes)));
        } else if (body && (!members.isEmpty() || endpoint.body() == Body.OPEN)) {
            String media = operation == Operation.PATCH ? "application/merge-patch+json" : "application/json";
            shown.put("requestBody", Map.of("content", Map.of(media, Map.of("schema", object(members)))));
        } else if (!body) {
            members.forEach((name, field) -> query.add(parameter(name, "query", field)));
        }
        if (!query.isEmpty()) {
            shown.put("parameters", query);
        }
        if (endpoint.access() != Access.PUBLIC) {
            shown.put("security", List.of(Map.of("token", List.of())));
        }
        shown.put(
                "responses",
                operation == Operation.DELETE
                        ? Map.of("204", Map.of("description", "empty body"))
                        : Map.of("200", Map.of("description", "OK")));
        return shown;
    }

    private static Map<String, Object> object(Map<String, Field> members) {
        Map<String, Object> properties = new LinkedHashMap<>();
        members.forEach((name, field) -> properties.put(name, schema(field)));
        return Map.of("type", "object", "properties", properties);
    }

    private static Map<String, Object> parameter(String name, String in, Field field) {
        Map<String, Object> parameter = new LinkedHashMap<>();
        parameter.put("name", name);
        parameter.put("in", in);
        parameter.put("description", field.help());
        if (in.equals("path")) {
            parameter.put("required", true);
        }
        Map<String, Object> schema = new LinkedHashMap<>(schema(field));
        schema.remove("description");
        parameter.put("schema", schema);
        return parameter;
    }

    private static Map<String, Object> schema(Field field) {
        Map<String, Object> schema = new LinkedHashMap<>();
        switch (field.type()) {
            case STRING -> schema.put("type", "string");
            case INTEGER -> schema.put("type", "integer");
            case BOOLEAN -> schema.put("type", "boolean");
            case DURATION -> {
                schema.put("type", "string");
                schema.put("format", "duration");
            }
            case STRINGS -> {
                schema.put("type", "array");
                schema.put("items", Map.of("type", "string"));
            }
            case STRING_MAP -> {
                schema.put("type", "object");
                schema.put("additionalProperties", Map.of("type", "string"));
            }
            case MAP -> schema.put("type", "object");
            case ANY -> {}
        }
        schema.put("description", field.help());
        if (field.fallback() instanceof Long || field.fallback() instanceof Boolean) {
            schema.put("default", field.fallback());
        }
        return schema;
    }

    private static List<String> captured(Endpoint endpoint) {
        List<String> names = new ArrayList<>();
        for (String segment : endpoint.pattern().split("/")) {
            if (segment.startsWith("{")) {
                names.add(segment.replaceAll("[{}.]", ""));
            }
        }
        return names;
    }

    private static String method(Operation operation) {
        return switch (operation) {
            case READ, LIST, SCAN, HELP -> "get";
            case CREATE, UPDATE -> "post";
            case PATCH -> "patch";
            case DELETE -> "delete";
        };
    }

    private static String id(String mount, Endpoint endpoint, Operation operation) {
        String words = (mount + endpoint.pattern()).replace('/', '_').replaceAll("[^A-Za-z0-9_-]", "");
        return operation.word() + (words.isEmpty() ? "" : "_" + words);
    }
}
