package io.casemate.engine.pki.acme.challenge;

import io.casemate.kernel.TrustAnyServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.security.MessageDigest;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/** RFC 8737 section 3: a TLS server on port 443 that shows a certificate with the digest of the key authorization. */
final class TlsAlpn01 {
    private static final String PROTOCOL = "acme-tls/1";
    private static final String ACME_IDENTIFIER = "1.3.6.1.5.5.7.1.31";
    private static final int SAN_DNS = 2;
    private static final int SAN_IP = 7;
    /** OCTET STRING (the extension's value) of an OCTET STRING of 32 bytes. */
    private static final String DER_HEAD = "04220420";

    private final Connector dialling;
    private final Ports ports;
    /** With whoever answers: the certificate of a challenge signs itself; it is the digest in it that proves (RFC 8737 section 3). */
    private final SSLSocketFactory tls = TrustAnyServer.context().getSocketFactory();

    TlsAlpn01(Connector dialling, Ports ports) {
        this.dialling = dialling;
        this.ports = ports;
    }

    Result look(Question question) {
        Optional<SNIServerName> name = sni(serverName(question));
        if (name.isEmpty()) {
            return new Result.Failed(
                    "tls",
                    "TLS clients cannot ask for " + question.name() + " (RFC 6066 section 3): use another challenge",
                    true);
        }
        try (Socket plain = dialling.to(question.name(), ports.https())) {
            plain.setSoTimeout(Connector.CONNECT_MILLIS);
            try (SSLSocket socket = (SSLSocket) tls.createSocket(plain, question.name(), ports.https(), true)) {
                SSLParameters parameters = socket.getSSLParameters();
                parameters.setProtocols(new String[] {"TLSv1.3", "TLSv1.2"});
                parameters.setApplicationProtocols(new String[] {PROTOCOL});
                parameters.setServerNames(List.of(name.get()));
                socket.setSSLParameters(parameters);
                socket.startHandshake();
                if (!PROTOCOL.equals(socket.getApplicationProtocol())) {
                    return Result.unauthorized(question.name() + " does not speak " + PROTOCOL);
                }
                return judged(question, (X509Certificate) socket.getSession().getPeerCertificates()[0]);
            }
        } catch (Connector.Barred e) {
            return new Result.Failed("unauthorized", e.getMessage(), true);
        } catch (javax.net.ssl.SSLException e) {
            return new Result.Failed("tls", "the TLS handshake with " + question.name() + " failed", false);
        } catch (IOException | CertificateParsingException e) {
            return Result.connection("connecting to " + question.name() + ": " + e.getMessage());
        }
    }

    private static Result judged(Question question, X509Certificate shown)
            throws CertificateParsingException, IOException {
        byte[] wanted = HexFormat.of().parseHex(DER_HEAD + HexFormat.of().formatHex(question.digest()));
        byte[] extension = shown.getExtensionValue(ACME_IDENTIFIER);
        Set<String> critical = shown.getCriticalExtensionOIDs();
        if (extension == null || critical == null || !critical.contains(ACME_IDENTIFIER)) {
            return Result.unauthorized("the certificate of " + question.name() + " has no critical acmeIdentifier");
        }
        if (!MessageDigest.isEqual(wanted, extension)) {
            return Result.unauthorized("the acmeIdentifier of " + question.name() + " is not the one that is wanted");
        }
        return names(question, shown)
                ? new Result.Proven()
                : Result.unauthorized("the certificate must name " + question.name() + " and nothing else");
    }

    private static boolean names(Question question, X509Certificate shown)
            throws CertificateParsingException, IOException {
        Collection<List<?>> names = shown.getSubjectAlternativeNames();
        if (names == null || names.size() != 1) {
            return false;
        }
        List<?> name = names.iterator().next();
        String value = String.valueOf(name.get(1));
        return question.ip()
                ? name.getFirst().equals(SAN_IP)
                        && InetAddress.ofLiteral(value).equals(InetAddress.ofLiteral(question.name()))
                : name.getFirst().equals(SAN_DNS) && value.equalsIgnoreCase(question.name());
    }

    private static Optional<SNIServerName> sni(String name) {
        try {
            return Optional.of(new SNIHostName(name));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** An address is named as in reverse DNS (RFC 8738 section 6). */
    private static String serverName(Question question) {
        if (!question.ip()) {
            return question.name();
        }
        byte[] address = InetAddress.ofLiteral(question.name()).getAddress();
        StringBuilder name = new StringBuilder();
        for (int i = address.length - 1; i >= 0; i--) {
            int octet = address[i] & 0xFF;
            if (address.length == 4) {
                name.append(octet).append('.');
            } else {
                name.append(Integer.toHexString(octet & 0xF)).append('.');
                name.append(Integer.toHexString(octet >> 4)).append('.');
            }
        }
        return name.append(address.length == 4 ? "in-addr.arpa" : "ip6.arpa").toString();
    }
}
