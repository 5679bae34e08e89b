package io.casemate.bootstrap.dev;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/** Shows that a TLS client that knows only the CA accepts an issued certificate, by a handshake over a real socket. */
final class HandshakeCheck {
    private HandshakeCheck() {}

    /**
     * Serves {@code certificate} on loopback and connects to it.
     *
     * @param host the name the client asks for and must find in the certificate
     * @return the protocol and the suite that were agreed on
     */
    static String run(String host, String certificate, String privateKey, String authority)
            throws GeneralSecurityException, IOException {
        SSLContext served = context(keys(certificate, privateKey), null);
        SSLContext asking = context(null, trust(authority));
        try (SSLServerSocket listener = (SSLServerSocket)
                served.getServerSocketFactory().createServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread.startVirtualThread(() -> answer(listener));
            try (SSLSocket client = (SSLSocket) asking.getSocketFactory()
                    .createSocket(plain(listener.getLocalPort()), host, listener.getLocalPort(), true)) {
                SSLParameters strict = client.getSSLParameters();
                strict.setEndpointIdentificationAlgorithm("HTTPS");
                client.setSSLParameters(strict);
                client.setSoTimeout(10_000);
                client.startHandshake();
                if (client.getInputStream().read() != '!') {
                    throw new IOException("the handshake worked but no byte came through");
                }
                return client.getSession().getProtocol() + " "
                        + client.getSession().getCipherSuite();
            }
        }
    }

    private static java.net.Socket plain(int port) throws IOException {
        return new java.net.Socket(InetAddress.getLoopbackAddress(), port);
    }

    private static void answer(SSLServerSocket listener) {
        try (SSLSocket peer = (SSLSocket) listener.accept()) {
            peer.getOutputStream().write('!');
            peer.getOutputStream().flush();
        } catch (IOException e) {
            // The client sees the failure and reports it.
        }
    }

    private static SSLContext context(KeyManager[] keys, TrustManager[] trust) throws GeneralSecurityException {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys, trust, null);
        return context;
    }

    private static KeyManager[] keys(String certificate, String privateKey)
            throws GeneralSecurityException, IOException {
        String base64 = privateKey.replaceAll("-----[A-Z ]+-----", "").replaceAll("\\s", "");
        PrivateKey key = KeyFactory.getInstance("EC")
                .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(base64)));
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry("leaf", key, new char[0], new Certificate[] {x509(certificate)});
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, new char[0]);
        return factory.getKeyManagers();
    }

    private static TrustManager[] trust(String authority) throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setCertificateEntry("ca", x509(authority));
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory.getTrustManagers();
    }

    private static X509Certificate x509(String pem) throws GeneralSecurityException {
        return (X509Certificate) CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)));
    }
}
