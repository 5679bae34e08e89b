package io.casemate.engine.pki.acme.challenge;

import java.util.List;

/** The three kinds of challenge, and which fit which identifier. */
public final class Challenges {
    /** RFC 8555 section 8.3. */
    public static final String HTTP = "http-01";

    /** RFC 8555 section 8.4. The only one that proves a wildcard: the others show one host, and not what is below a name. */
    public static final String DNS = "dns-01";

    /** RFC 8737. */
    public static final String TLS_ALPN = "tls-alpn-01";

    private Challenges() {}

    /** What is offered for an identifier; addresses cannot be proven by DNS (RFC 8738 section 7). */
    public static List<String> offered(boolean ip, boolean wildcard) {
        return wildcard ? List.of(DNS) : ip ? List.of(HTTP, TLS_ALPN) : List.of(HTTP, DNS, TLS_ALPN);
    }

    /** One look, bounded in time; never throws for what the other side does. */
    public static Result look(Question question, Lookup lookup, Targets targets, Ports ports) {
        Connector dialling = new Connector(lookup, targets);
        return switch (question.type()) {
            case HTTP -> new Http01(dialling, ports).look(question);
            case DNS -> new Dns01(lookup).look(question);
            case TLS_ALPN -> new TlsAlpn01(dialling, ports).look(question);
            default -> throw new IllegalArgumentException("no challenge of type " + question.type());
        };
    }
}
