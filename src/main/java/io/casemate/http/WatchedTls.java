package io.casemate.http;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.KeyManagementException;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLContextSpi;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocketFactory;
import javax.net.ssl.SSLSessionContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;

/**
 * An {@link SSLContext} whose engines report to {@link Connections}. Helidon asks for an engine on the thread that will
 * read the connection, so every connection has its watch before its first byte is read; one that is not known is refused.
 */
final class WatchedTls extends SSLContext {
    private WatchedTls(SSLContext real, Connections connections) {
        super(new Spi(real, connections), real.getProvider(), real.getProtocol());
    }

    static SSLContext create(ServerKeys keys, Connections connections) {
        try {
            SSLContext real = SSLContext.getInstance("TLS");
            real.init(new KeyManager[] {keys}, new TrustManager[] {new AnyClientCertificate()}, null);
            return new WatchedTls(real, connections);
        } catch (NoSuchAlgorithmException | KeyManagementException e) {
            throw new IllegalStateException("this Java has no TLS", e);
        }
    }

    private static final class Spi extends SSLContextSpi {
        private final SSLContext real;
        private final Connections connections;

        Spi(SSLContext real, Connections connections) {
            this.real = real;
            this.connections = connections;
        }

        @Override
        protected SSLEngine engineCreateSSLEngine(String host, int port) {
            // The host is numeric: NumericPeers sees to that.
            Connection connection = connections
                    .of(new InetSocketAddress(InetAddress.ofLiteral(host), port))
                    .orElseThrow(() -> new IllegalStateException("a connection that is not watched"));
            connection.servedByThisThread();
            return new WatchedEngine(real.createSSLEngine(host, port), connection);
        }

        @Override
        protected SSLEngine engineCreateSSLEngine() {
            return real.createSSLEngine();
        }

        @Override
        protected void engineInit(KeyManager[] keys, TrustManager[] trust, SecureRandom random) {
            throw new IllegalStateException("already initialised");
        }

        @Override
        protected SSLSocketFactory engineGetSocketFactory() {
            return real.getSocketFactory();
        }

        @Override
        protected SSLServerSocketFactory engineGetServerSocketFactory() {
            return real.getServerSocketFactory();
        }

        @Override
        protected SSLSessionContext engineGetServerSessionContext() {
            return real.getServerSessionContext();
        }

        @Override
        protected SSLSessionContext engineGetClientSessionContext() {
            return real.getClientSessionContext();
        }

        @Override
        protected SSLParameters engineGetDefaultSSLParameters() {
            return real.getDefaultSSLParameters();
        }

        @Override
        protected SSLParameters engineGetSupportedSSLParameters() {
            return real.getSupportedSSLParameters();
        }
    }
}
