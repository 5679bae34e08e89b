package io.casemate.cli.pki;

import io.casemate.cli.command.Session;
import io.casemate.cli.local.CliFailure;
import io.casemate.cli.local.Exit;
import io.casemate.cli.local.PemFiles;
import io.casemate.kernel.TrustAnyServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;

/** {@code pki inspect}: explains the certificates of a file or of a TLS server. Asks no Casemate and needs no token. */
final class PkiInspect {
    private static final int TIMEOUT_MS = 10_000;

    private PkiInspect() {}

    static int run(Session session) {
        String what = session.arguments().at(0);
        Path file = Path.of(what);
        boolean server = !Files.exists(file) && what.matches("[^/]+:[0-9]{1,5}");
        List<X509Certificate> chain = what.equals("-")
                ? PemFiles.certificates("standard input", session.terminal().readText())
                : server ? shown(what) : PemFiles.certificates(file);
        List<Object> all = chain.stream()
                .<Object>map(certificate -> CertificateWords.members(certificate, Instant.now()))
                .toList();
        session.output().structured(all, () -> {
            StringBuilder text = new StringBuilder();
            for (int i = 0; i < chain.size(); i++) {
                text.append(chain.size() > 1 ? "Certificate " + (i + 1) + " of " + chain.size() + "\n" : "");
                text.append(CertificateWords.of(chain.get(i), Instant.now()));
                text.append(i + 1 < chain.size() ? link(chain.get(i), chain.get(i + 1)) : "");
            }
            return text;
        });
        return Exit.OK;
    }

    private static String link(X509Certificate below, X509Certificate above) {
        return PkiCertificates.signed(above, below)
                ? "It is signed by the next one.\n\n"
                : "It is NOT signed by the next one.\n\n";
    }

    /** What the server shows in its handshake, believed or not: it is looked at, and nothing is said to it. */
    private static List<X509Certificate> shown(String hostAndPort) {
        int colon = hostAndPort.lastIndexOf(':');
        String host = hostAndPort.substring(0, colon).replace("[", "").replace("]", "");
        int port = Integer.parseInt(hostAndPort.substring(colon + 1));
        try (Socket plain = new Socket()) {
            plain.connect(new InetSocketAddress(host, port), TIMEOUT_MS);
            plain.setSoTimeout(TIMEOUT_MS);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {new TrustAnyServer()}, null);
            try (SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(plain, host, port, true)) {
                if (!host.matches("[0-9.]+|.*:.*")) {
                    SSLParameters parameters = socket.getSSLParameters();
                    parameters.setServerNames(List.of(new SNIHostName(host)));
                    socket.setSSLParameters(parameters);
                }
                socket.startHandshake();
                return Arrays.stream(socket.getSession().getPeerCertificates())
                        .map(X509Certificate.class::cast)
                        .toList();
            }
        } catch (IOException | UncheckedIOException | IllegalArgumentException e) {
            throw CliFailure.server("no TLS with " + hostAndPort + ": " + e.getMessage());
        } catch (GeneralSecurityException e) {
            throw CliFailure.local("TLS cannot be set up: " + e.getMessage());
        }
    }
}
