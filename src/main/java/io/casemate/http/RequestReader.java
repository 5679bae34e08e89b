package io.casemate.http;

import io.casemate.json.Json;
import io.casemate.json.JsonLimits;
import io.casemate.kernel.ApiPath;
import io.casemate.kernel.Durations;
import io.casemate.kernel.Fault;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Request;
import io.casemate.kernel.SecretBytes;
import io.casemate.kernel.Upload;
import io.helidon.http.Header;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** HTTP in, {@link Request} out. The path is decoded once, by {@link ApiPath}, from what stood in the request line. */
final class RequestReader {
    static final HeaderName NAMESPACE = HeaderNames.create("X-Vault-Namespace");
    private static final HeaderName TOKEN = HeaderNames.create("X-Vault-Token");
    private static final HeaderName WRAP_TTL = HeaderNames.create("X-Vault-Wrap-TTL");
    private static final String API = "/v1/";
    /** The other path that clients ask by HEAD (RFC 8555 section 7.2). */
    static final String NEW_NONCE = "/acme/new-nonce";

    private static final String BEARER = "Bearer ";
    private static final String MERGE_PATCH = "application/merge-patch+json";
    private static final Set<String> BINARY = Set.of("application/ocsp-request");
    private static final String OCSP = "/ocsp/";

    /** Characters of a request for one certificate by SHA-1, of which the hashes alone have 56. */
    private static final int SHORTEST_OCSP = 64;

    private static final int SHORT = 16;

    /** Longest body that is a form or binary, in bytes. */
    private static final int MOST_FLAT = 1 << 20;

    private static final Set<String> ROOT_NAMESPACE = Set.of("", "root", "/", "root/");
    private static final Set<String> SECRET_HEADERS =
            Set.of("x-vault-token", "authorization", "cookie", "proxy-authorization", "x-helidon-cn");

    private RequestReader() {}

    /**
     * Reads head and body.
     *
     * @param connection the client's, with what it showed in the TLS handshake
     * @param uploads the paths whose bodies are not read here
     * @throws io.casemate.kernel.FaultException for everything that no path could serve
     */
    static Request read(String id, ServerRequest http, Body body, Connection connection, Set<String> uploads) {
        ApiPath path = path(http);
        Map<String, Object> query = FormData.parse(http.query().rawValue());
        Operation operation = operation(http, path, query);
        checkNamespace(http);
        Optional<Duration> wrapTtl = wrapTtl(http);
        Request.Peer peer = peer(http, connection);
        Optional<Upload> upload = operation == Operation.UPDATE && uploads.contains(path.value())
                ? Optional.of(body.upload())
                : Optional.empty();
        Map<String, Object> data = upload.isPresent() ? Map.of() : data(http, operation, body);
        if (data.isEmpty()) {
            query.remove("list");
            query.remove("scan");
            query.remove("help");
            data = query;
        }
        return new Request(
                id,
                Request.ROOT_NAMESPACE,
                operation,
                operation.lists() ? path.asFolder() : path,
                data,
                token(http),
                wrapTtl,
                peer,
                upload,
                "");
    }

    /**
     * HTTP/2 packs headers (RFC 7541): one byte may stand for thousands, and Helidon counts the packed ones only.
     *
     * @throws io.casemate.kernel.FaultException {@code BadRequest} when they unpack to more than {@code most} bytes
     */
    static void checkSize(ServerRequest http, int most) {
        long size = 0;
        for (Header header : http.headers()) {
            int name = header.headerName().lowerCase().length();
            for (String value : header.allValues()) {
                size += name + value.length();
            }
        }
        if (size > most) {
            throw Fault.badRequest("request headers are too large");
        }
    }

    private static ApiPath path(ServerRequest http) {
        String raw = http.path().rawPath();
        if (!raw.startsWith(API)) {
            throw Fault.notFound("the API is served below /v1/");
        }
        return ApiPath.decode(tamed(http, raw.substring(API.length())));
    }

    /**
     * An OCSP request in a URL is base64, in which slashes may meet (RFC 6960 A.1). Such a path, which would be refused, is
     * read in the alphabet of RFC 4648 section 5; no other path is touched.
     */
    private static String tamed(ServerRequest http, String raw) {
        int at = raw.indexOf(OCSP) + OCSP.length();
        if (at < OCSP.length() || !http.prologue().method().text().equals("GET")) {
            return raw;
        }
        String request = raw.substring(at).replaceAll("(?i)%2f", "/");
        return request.contains("//") && ocsp(request.replaceAll("(?i)%2b|%3d", ""))
                ? raw.substring(0, at) + request.replace('/', '_')
                : raw;
    }

    /** Nothing but base64, and as much as the shortest request has: other engines have folders of this name, too. */
    private static boolean ocsp(String text) {
        return text.length() >= SHORTEST_OCSP && text.chars().allMatch(RequestReader::base64);
    }

    private static boolean base64(int c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || "+/=".indexOf(c) >= 0;
    }

    private static Operation operation(ServerRequest http, ApiPath path, Map<String, Object> query) {
        return switch (http.prologue().method().text()) {
            case "GET" -> {
                if (flag(query, "help")) {
                    yield Operation.HELP;
                }
                yield reading(query);
            }
            case "HEAD" -> {
                if (!path.value().equals("sys/health") && !path.value().endsWith(NEW_NONCE)) {
                    throw new Fault.UnsupportedOperation().asException();
                }
                yield Operation.READ;
            }
            case "LIST" -> Operation.LIST;
            case "SCAN" -> Operation.SCAN;
            case "POST", "PUT" -> Operation.UPDATE;
            case "PATCH" -> patch(http);
            case "DELETE" -> Operation.DELETE;
            default -> throw new Fault.UnsupportedOperation().asException();
        };
    }

    private static Operation reading(Map<String, Object> query) {
        boolean list = flag(query, "list");
        boolean scan = flag(query, "scan");
        if (list && scan) {
            throw Fault.badRequest("parameters 'list' and 'scan': only one of them");
        }
        return list ? Operation.LIST : scan ? Operation.SCAN : Operation.READ;
    }

    private static Operation patch(ServerRequest http) {
        if (!mediaType(http).equals(MERGE_PATCH)) {
            throw new Fault.UnsupportedMediaType(MERGE_PATCH).asException();
        }
        return Operation.PATCH;
    }

    /** The words that Vault reads as booleans in a query. */
    private static boolean flag(Map<String, Object> query, String name) {
        return switch (query.getOrDefault(name, "false").toString()) {
            case "1", "t", "T", "true", "TRUE", "True" -> true;
            case "", "0", "f", "F", "false", "FALSE", "False" -> false;
            default -> throw Fault.badRequest("parameter '" + name + "' must be true or false");
        };
    }

    private static Map<String, Object> data(ServerRequest http, Operation operation, Body body) {
        return body.parsed(received -> data(http, operation, body, received));
    }

    private static Map<String, Object> data(ServerRequest http, Operation operation, Body body, ReceivedBody received) {
        if (received.length() > 0 && BINARY.contains(mediaType(http))) {
            return Map.of("body", Base64.getEncoder().encodeToString(flat(received, body)));
        }
        long first = 0;
        int octet;
        try (InputStream in = received.stream()) {
            for (octet = in.read(); octet >= 0 && Character.isWhitespace(octet); octet = in.read()) {
                first++;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (octet < 0 || operation == Operation.HELP) {
            return Map.of();
        }
        if (octet != '{' && octet != '[' && mediaType(http).equals("application/x-www-form-urlencoded")) {
            return FormData.parse(new String(flat(received, body), StandardCharsets.UTF_8));
        }
        return nothing(received, first) ? Map.of() : Json.object(received.stream(), JsonLimits.REQUEST, body::needs);
    }

    /** What is no JSON is read in one piece, and may be no longer than that. */
    private static byte[] flat(ReceivedBody received, Body body) {
        if (received.length() > MOST_FLAT) {
            throw new Fault.TooLarge(MOST_FLAT).asException();
        }
        body.needs(2 * received.length());
        return received.after(0);
    }

    /** Go's client has {@code null} for an object where its caller sends nothing: to unwrap, or {@code write -force}. */
    private static boolean nothing(ReceivedBody received, long first) {
        return received.length() - first < SHORT
                && new String(received.after(first), StandardCharsets.UTF_8)
                        .strip()
                        .equals("null");
    }

    private static String mediaType(ServerRequest http) {
        return http.headers()
                .first(HeaderNames.CONTENT_TYPE)
                .map(value -> value.split(";", 2)[0].strip().toLowerCase(java.util.Locale.ROOT))
                .orElse("");
    }

    private static Optional<SecretBytes> token(ServerRequest http) {
        return http.headers()
                .first(TOKEN)
                .or(() -> http.headers()
                        .first(HeaderNames.AUTHORIZATION)
                        .filter(value -> value.startsWith(BEARER))
                        .map(value -> value.substring(BEARER.length())))
                .filter(value -> !value.isEmpty())
                .map(SecretBytes::ofText);
    }

    private static Optional<Duration> wrapTtl(ServerRequest http) {
        return http.headers()
                .first(WRAP_TTL)
                .map(value -> Durations.parse("X-Vault-Wrap-TTL", value))
                .filter(ttl -> !ttl.isZero());
    }

    private static void checkNamespace(ServerRequest http) {
        http.headers()
                .first(NAMESPACE)
                .filter(name -> !ROOT_NAMESPACE.contains(name))
                .ifPresent(_ -> {
                    throw Fault.notFound("no such namespace: this server has the root namespace only");
                });
    }

    /** The address as it was: Helidon asks the socket anew, which has none once it is closed. */
    private static Request.Peer peer(ServerRequest http, Connection connection) {
        Map<String, String> headers = new LinkedHashMap<>();
        for (Header header : http.headers()) {
            if (!SECRET_HEADERS.contains(header.headerName().lowerCase())) {
                String value = header.valueCount() == 1 ? header.get() : String.join(", ", header.allValues());
                headers.put(header.headerName().lowerCase(), value);
            }
        }
        return new Request.Peer(
                connection.peer().getAddress().getHostAddress(),
                connection.peer().getPort(),
                connection.certificates(),
                Collections.unmodifiableMap(headers));
    }
}
