package io.casemate.engine.pki.acme.challenge;

import io.casemate.engine.pki.name.DnsName;
import io.casemate.kernel.TrustAnyServer;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLSocketFactory;

/**
 * RFC 8555 section 8.3: the key authorization at a well-known path on port 80. Redirects are followed as the public CAs do:
 * to http and https on their own ports only, each target judged like the first.
 */
final class Http01 {
    private static final System.Logger LOG = System.getLogger("casemate.pki");
    private static final String PATH = "/.well-known/acme-challenge/";
    private static final int MOST_REDIRECTS = 10;
    private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);

    private final Connector dialling;
    private final Ports ports;
    /**
     * With whoever answers: a server about to get its first certificate has none to be trusted by, and what a challenge proves
     * comes from the key authorization (RFC 8555 section 8.3).
     */
    private final SSLSocketFactory tls = TrustAnyServer.context().getSocketFactory();

    Http01(Connector dialling, Ports ports) {
        this.dialling = dialling;
        this.ports = ports;
    }

    /** Where to ask: in values, because a URI does not take every name that a certificate can have. */
    private record Place(boolean secure, String host, String target) {
        URI uri() {
            return URI.create((secure ? "https://" : "http://") + host + target);
        }
    }

    Result look(Question question) {
        String host =
                question.ip() && question.name().indexOf(':') >= 0 ? "[" + question.name() + "]" : question.name();
        Place at = new Place(false, host, PATH + question.token());
        try {
            HttpGet.Answer answer = get(at);
            return REDIRECTS.contains(answer.status())
                    ? redirected(question, at, answer)
                    : judged(question, at, answer);
        } catch (Connector.Barred e) {
            return new Result.Failed("unauthorized", e.getMessage(), true);
        } catch (IOException e) {
            return Result.connection("fetching http://" + host + PATH + "...: " + e.getMessage());
        }
    }

    /**
     * What a redirect leads to. Whoever asks for a certificate chooses that, and may be a stranger: of what was found there, names,
     * addresses and open ports of the network that the server is in, the log tells and the answer does not.
     */
    private Result redirected(Question question, Place from, HttpGet.Answer redirect) {
        Result found;
        try {
            found = followed(question, from, redirect);
        } catch (Connector.Barred | IOException e) {
            found = Result.unauthorized(e.getMessage());
        }
        if (found instanceof Result.Failed failed) {
            LOG.log(Level.INFO, "http-01 of {0}, after a redirect: {1}", question.name(), failed.detail());
            return Result.unauthorized("a redirect from " + question.name()
                    + " did not lead to the key authorization; the server's log says why");
        }
        return found;
    }

    private Result followed(Question question, Place from, HttpGet.Answer redirect)
            throws IOException, Connector.Barred {
        Place at = from;
        HttpGet.Answer answer = redirect;
        for (int hop = 0; hop < MOST_REDIRECTS; hop++) {
            Optional<Place> next = next(at, answer);
            if (next.isEmpty()) {
                return Result.unauthorized("a redirect from " + at.host()
                        + " leads to something else than http on port 80 or https on port 443");
            }
            at = next.get();
            answer = get(at);
            if (!REDIRECTS.contains(answer.status())) {
                return judged(question, at, answer);
            }
        }
        return Result.unauthorized("more than " + MOST_REDIRECTS + " redirects from " + question.name());
    }

    private HttpGet.Answer get(Place at) throws IOException, Connector.Barred {
        String bare = at.host().replace("[", "").replace("]", "");
        try (Socket plain = dialling.to(bare, at.secure() ? ports.https() : ports.http())) {
            plain.setSoTimeout(Connector.CONNECT_MILLIS);
            if (!at.secure()) {
                return HttpGet.over(plain, at.host(), at.target());
            }
            try (Socket wrapped = tls.createSocket(plain, bare, ports.https(), true)) {
                return HttpGet.over(wrapped, at.host(), at.target());
            }
        }
    }

    /** Where a redirect leads to, if it may be followed. */
    private static Optional<Place> next(Place from, HttpGet.Answer answer) {
        if (answer.location().filter(location -> !location.isEmpty()).isEmpty()) {
            return Optional.empty();
        }
        try {
            URI to = from.uri().resolve(URI.create(answer.location().get()));
            boolean secure = "https".equals(to.getScheme());
            if (to.isOpaque()
                    || !(secure || "http".equals(to.getScheme()))
                    || to.getRawPath().isEmpty()
                    || !to.toASCIIString().equals(to.toString())) {
                return Optional.empty();
            }
            String query = to.getRawQuery() == null ? "" : "?" + to.getRawQuery();
            return host(to, secure ? 443 : 80).map(host -> new Place(secure, host, to.getRawPath() + query));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Its host, if {@code port} is its only one; {@link URI} has none for names such as {@code a_b.example}. */
    private static Optional<String> host(URI to, int port) {
        if (to.getHost() != null) {
            boolean own = to.getUserInfo() == null && (to.getPort() == -1 || to.getPort() == port);
            return own ? Optional.of(to.getHost()) : Optional.empty();
        }
        String authority = Objects.requireNonNullElse(to.getRawAuthority(), "");
        String suffix = ":" + port;
        String name =
                authority.endsWith(suffix) ? authority.substring(0, authority.length() - suffix.length()) : authority;
        return DnsName.tryParse(name, DnsName.Syntax.UNDERSCORES)
                .filter(each -> !each.wildcard())
                .map(DnsName::text);
    }

    private static Result judged(Question question, Place at, HttpGet.Answer answer) {
        if (answer.status() != 200) {
            return Result.unauthorized(at.host() + " answered with status " + answer.status());
        }
        String body = new String(answer.body(), StandardCharsets.ISO_8859_1).stripTrailing();
        return body.equals(question.keyAuthorization())
                ? new Result.Proven()
                : Result.unauthorized("what " + at.host() + " answered is not the key authorization");
    }
}
