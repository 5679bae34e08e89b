package io.casemate.engine.pki.acme.challenge;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLSocketFactory;

/**
 * RFC 8555 section 8.3: the key authorization at a well-known path on port 80. Redirects are followed as the public CAs do:
 * to http and https on their own ports only, each target judged like the first.
 */
final class Http01 {
    private static final String PATH = "/.well-known/acme-challenge/";
    private static final int MOST_REDIRECTS = 10;
    private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);

    private final Dialling dialling;
    private final Ports ports;
    private final SSLSocketFactory tls = AnyServer.sockets();

    Http01(Dialling dialling, Ports ports) {
        this.dialling = dialling;
        this.ports = ports;
    }

    Result look(Question question) {
        String host =
                question.ip() && question.name().indexOf(':') >= 0 ? "[" + question.name() + "]" : question.name();
        URI at = URI.create("http://" + host + PATH + question.token());
        try {
            for (int hop = 0; hop <= MOST_REDIRECTS; hop++) {
                HttpGet.Answer answer = get(at);
                if (!REDIRECTS.contains(answer.status())) {
                    return judged(question, at, answer);
                }
                Optional<URI> next = next(at, answer);
                if (next.isEmpty()) {
                    return Result.unauthorized("a redirect from " + at.getHost()
                            + " leads to something else than http on port 80 or https on port 443");
                }
                at = next.get();
            }
            return Result.unauthorized("more than " + MOST_REDIRECTS + " redirects from " + question.name());
        } catch (Dialling.Barred e) {
            return new Result.Failed("unauthorized", e.getMessage(), true);
        } catch (IOException e) {
            return Result.connection("fetching http://" + host + PATH + "...: " + e.getMessage());
        }
    }

    private HttpGet.Answer get(URI at) throws IOException, Dialling.Barred {
        boolean secure = at.getScheme().equals("https");
        String bare = at.getHost().replace("[", "").replace("]", "");
        String target = at.getRawPath() + (at.getRawQuery() == null ? "" : "?" + at.getRawQuery());
        try (Socket plain = dialling.to(bare, secure ? ports.https() : ports.http())) {
            plain.setSoTimeout(Dialling.CONNECT_MILLIS);
            if (!secure) {
                return HttpGet.over(plain, at.getHost(), target);
            }
            try (Socket wrapped = tls.createSocket(plain, bare, ports.https(), true)) {
                return HttpGet.over(wrapped, at.getHost(), target);
            }
        }
    }

    /** The URI that a redirect leads to, if it may be followed. */
    private static Optional<URI> next(URI from, HttpGet.Answer answer) {
        if (answer.location().filter(location -> !location.isEmpty()).isEmpty()) {
            return Optional.empty();
        }
        try {
            URI to = from.resolve(URI.create(answer.location().get()));
            boolean http = "http".equals(to.getScheme()) && (to.getPort() == -1 || to.getPort() == 80);
            boolean https = "https".equals(to.getScheme()) && (to.getPort() == -1 || to.getPort() == 443);
            boolean whole = to.getHost() != null
                    && to.getUserInfo() == null
                    && to.toASCIIString().equals(to.toString())
                    && !to.getRawPath().isEmpty();
            return (http || https) && whole ? Optional.of(to) : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static Result judged(Question question, URI at, HttpGet.Answer answer) {
        if (answer.status() != 200) {
            return Result.unauthorized(at.getHost() + " answered with status " + answer.status());
        }
        String body = new String(answer.body(), StandardCharsets.ISO_8859_1).stripTrailing();
        return body.equals(question.keyAuthorization())
                ? new Result.Proven()
                : Result.unauthorized("what " + at.getHost() + " answered is not the key authorization");
    }
}
