package io.casemate.doctor;

import java.time.Duration;
import java.util.List;

/** What a client meets. */
final class TlsChecks {
    private static final Duration NOTICE = Duration.ofDays(14);

    static final List<Check> ALL = List.of(
            Check.at("tls.plaintext", Practice.TLS, Severity.FATAL)
                    .title("The API answers without TLS")
                    .why("Everybody on the way reads tokens and secrets.")
                    .from("a request without TLS to the listener")
                    .remedy("Take away whatever terminates TLS or forwards plain HTTP in front of the server")
                    .probe(scene -> Finding.of(
                            !scene.wire().get().plaintext(),
                            scene.wire().get().address()
                                    + (scene.wire().get().plaintext()
                                            ? " answers plain HTTP"
                                            : " does not answer it"))),
            Check.at("tls.versions", Practice.TLS, Severity.HIGH)
                    .title("Outdated versions of TLS are offered")
                    .why("TLS 1.0 and 1.1 are broken (RFC 8996).")
                    .from("handshakes with the listener, one for each version")
                    .remedy("Connect clients to the server itself, which offers TLS 1.2 and 1.3 only")
                    .probe(scene -> {
                        Wire wire = scene.wire().get();
                        boolean old = wire.versions().contains("TLSv1")
                                || wire.versions().contains("TLSv1.1");
                        boolean modern = wire.versions().contains("TLSv1.3");
                        return Finding.of(!old && modern, wire.address() + " offers " + wire.versions());
                    }),
            Check.at("tls.certificate", Practice.TLS, Severity.HIGH)
                    .title("The listener's certificate has ended or soon will")
                    .why("No client that verifies can reach the server then.")
                    .from("the certificate in the handshake")
                    .remedy("Put a new certificate in place; the server reads it by itself")
                    .probe(scene -> {
                        Wire wire = scene.wire().get();
                        boolean good = wire.notAfter().isAfter(scene.now().plus(NOTICE))
                                && !wire.notBefore().isAfter(scene.now());
                        return Finding.of(good, "valid from " + wire.notBefore() + " to " + wire.notAfter());
                    }),
            Check.at("tls.direct", Practice.TLS, Severity.HIGH)
                    .title("Something in front of the server terminates TLS")
                    .why("It sees every token and every secret in the clear.")
                    .from("the certificate in the handshake against the one that the server says it shows")
                    .remedy("Let the load balancer pass TCP through")
                    .probe(scene -> {
                        String shown = scene.wire().get().fingerprint();
                        String own = scene.facts().get().text("certificate_sha256");
                        return Finding.of(
                                shown.equals(own),
                                "seen SHA-256 " + shown
                                        + (shown.equals(own) ? ", the server's own" : ", the server's " + own));
                    }));

    private TlsChecks() {}
}
