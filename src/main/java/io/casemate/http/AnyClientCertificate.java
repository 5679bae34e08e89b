package io.casemate.http;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Lets any client certificate through the handshake: whom to trust is decided per role by the certificate auth method,
 * and a client with a certificate from elsewhere must still be able to log in with a password. The handshake proves that
 * the client holds the leaf's key (RFC 8446 section 4.4.3), nothing more. Never used to judge a server.
 */
final class AnyClientCertificate extends X509ExtendedTrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {
        // Verification belongs to the auth method, see above.
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket) {
        // Verification belongs to the auth method, see above.
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) {
        // Verification belongs to the auth method, see above.
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        throw new CertificateException("no server is trusted here");
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        throw new CertificateException("no server is trusted here");
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        throw new CertificateException("no server is trusted here");
    }

    /** None named, so that clients offer whatever they have (RFC 8446 section 4.2.4). */
    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[0];
    }
}
