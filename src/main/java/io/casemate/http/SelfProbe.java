package io.casemate.http;

import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Asks our own listener as a client would, over a new TLS connection. An answer of overload counts: only a server that says
 * nothing is dead.
 */
record SelfProbe(InetAddress address, int port, Supplier<X509Certificate> certificate) {
    private static final System.Logger LOG = System.getLogger("casemate.http");
    private static final int PATIENCE = Math.toIntExact(Duration.ofSeconds(5).toMillis());
    private static final byte[] REQUEST = "GET /v1/sys/health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
            .getBytes(StandardCharsets.US_ASCII);
    private static final byte[] ANSWER = "HTTP/1.1 ".getBytes(StandardCharsets.US_ASCII);

    boolean answers() {
        try (Socket plain = new Socket()) {
            plain.connect(new InetSocketAddress(reachable(), port), PATIENCE);
            plain.setSoTimeout(PATIENCE);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {new Ours(certificate)}, null);
            try (SSLSocket tls = (SSLSocket) context.getSocketFactory().createSocket(plain, "localhost", port, true)) {
                tls.getOutputStream().write(REQUEST);
                tls.getOutputStream().flush();
                return answered(tls.getInputStream());
            }
        } catch (IOException | GeneralSecurityException e) {
            LOG.log(Level.WARNING, "the listener does not answer the server itself: {0}", e.getMessage());
            return false;
        }
    }

    private static boolean answered(InputStream in) throws IOException {
        return java.util.Arrays.equals(in.readNBytes(ANSWER.length), ANSWER);
    }

    /** The wildcard address is where it listens, not where one can connect to. */
    private InetAddress reachable() throws IOException {
        if (!address.isAnyLocalAddress()) {
            return address;
        }
        return InetAddress.getByName(address.getAddress().length == 4 ? "127.0.0.1" : "::1");
    }

    /** Trusts the certificate that this server uses, and nothing else. */
    private static final class Ours extends X509ExtendedTrustManager {
        private final Supplier<X509Certificate> certificate;

        Ours(Supplier<X509Certificate> certificate) {
            this.certificate = certificate;
        }

        private void check(X509Certificate[] chain) throws CertificateException {
            if (chain.length == 0 || !chain[0].equals(certificate.get())) {
                throw new CertificateException("another server's certificate on our own port");
            }
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
                throws CertificateException {
            check(chain);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
                throws CertificateException {
            check(chain);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
            check(chain);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
                throws CertificateException {
            throw new CertificateException("no clients here");
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
                throws CertificateException {
            throw new CertificateException("no clients here");
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
            throw new CertificateException("no clients here");
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
