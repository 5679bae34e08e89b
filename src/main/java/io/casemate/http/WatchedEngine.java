package io.casemate.http;

import java.nio.ByteBuffer;
import java.security.cert.Certificate;
import java.security.cert.CertificateEncodingException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/**
 * Passes everything to the real engine and tells the connection's watch when the handshake ended and what arrived; what leaves
 * differs in one number, see {@link StreamLimit}.
 * Refuses a client's renegotiation (TLS 1.2), a cheap way to burn a server's processor.
 */
final class WatchedEngine extends SSLEngine {
    private final SSLEngine real;
    private final Connection connection;
    private final StreamLimit streamLimit = new StreamLimit();
    private boolean handshaken;
    private volatile SSLSession anonymous;

    WatchedEngine(SSLEngine real, Connection connection) {
        super(real.getPeerHost(), real.getPeerPort());
        this.real = real;
        this.connection = connection;
    }

    @Override
    public SSLEngineResult wrap(ByteBuffer[] sources, int offset, int length, ByteBuffer target) throws SSLException {
        connection.sending();
        streamLimit.tell(sources, offset, length);
        return noting(real.wrap(sources, offset, length, target));
    }

    @Override
    public SSLEngineResult unwrap(ByteBuffer source, ByteBuffer[] targets, int offset, int length) throws SSLException {
        int[] before = new int[length];
        for (int i = 0; i < length; i++) {
            before[i] = targets[offset + i].position();
        }
        SSLEngineResult result = noting(real.unwrap(source, targets, offset, length));
        if (result.bytesProduced() > 0) {
            for (int i = 0; i < length; i++) {
                ByteBuffer target = targets[offset + i];
                connection.received(target.duplicate().flip().position(before[i]));
            }
        }
        refuseRenegotiation(result);
        return result;
    }

    private SSLEngineResult noting(SSLEngineResult result) throws SSLException {
        if (!handshaken && result.getHandshakeStatus() == HandshakeStatus.FINISHED) {
            handshaken = true;
            List<byte[]> certificates = shown(real.getSession());
            anonymous = certificates.isEmpty() ? new AnonymousSession(real.getSession()) : null;
            connection.handshaken(certificates);
        }
        return result;
    }

    /** The certificates that the client showed, as DER, leaf first. */
    private static List<byte[]> shown(SSLSession session) throws SSLException {
        List<byte[]> encoded = new ArrayList<>();
        try {
            for (Certificate certificate : session.getPeerCertificates()) {
                encoded.add(certificate.getEncoded());
            }
        } catch (SSLPeerUnverifiedException _) {
            return List.of();
        } catch (CertificateEncodingException e) {
            throw new SSLException("the client certificate cannot be read", e);
        }
        return List.copyOf(encoded);
    }

    private void refuseRenegotiation(SSLEngineResult result) throws SSLException {
        if (handshaken
                && result.getHandshakeStatus() == HandshakeStatus.NEED_TASK
                && !getSession().getProtocol().equals("TLSv1.3")) {
            throw new SSLException("renegotiation refused");
        }
    }

    @Override
    public Runnable getDelegatedTask() {
        return real.getDelegatedTask();
    }

    @Override
    public void closeInbound() throws SSLException {
        real.closeInbound();
    }

    @Override
    public boolean isInboundDone() {
        return real.isInboundDone();
    }

    @Override
    public void closeOutbound() {
        connection.linger();
        real.closeOutbound();
    }

    @Override
    public boolean isOutboundDone() {
        return real.isOutboundDone();
    }

    @Override
    public String[] getSupportedCipherSuites() {
        return real.getSupportedCipherSuites();
    }

    @Override
    public String[] getEnabledCipherSuites() {
        return real.getEnabledCipherSuites();
    }

    @Override
    public void setEnabledCipherSuites(String[] suites) {
        real.setEnabledCipherSuites(suites);
    }

    @Override
    public String[] getSupportedProtocols() {
        return real.getSupportedProtocols();
    }

    @Override
    public String[] getEnabledProtocols() {
        return real.getEnabledProtocols();
    }

    @Override
    public void setEnabledProtocols(String[] protocols) {
        real.setEnabledProtocols(protocols);
    }

    @Override
    public SSLSession getSession() {
        SSLSession known = anonymous;
        return known == null ? real.getSession() : known;
    }

    @Override
    public SSLSession getHandshakeSession() {
        return real.getHandshakeSession();
    }

    @Override
    public void beginHandshake() throws SSLException {
        real.beginHandshake();
    }

    @Override
    public HandshakeStatus getHandshakeStatus() {
        return real.getHandshakeStatus();
    }

    @Override
    public void setUseClientMode(boolean mode) {
        real.setUseClientMode(mode);
    }

    @Override
    public boolean getUseClientMode() {
        return real.getUseClientMode();
    }

    @Override
    public void setNeedClientAuth(boolean need) {
        real.setNeedClientAuth(need);
    }

    @Override
    public boolean getNeedClientAuth() {
        return real.getNeedClientAuth();
    }

    @Override
    public void setWantClientAuth(boolean want) {
        real.setWantClientAuth(want);
    }

    @Override
    public boolean getWantClientAuth() {
        return real.getWantClientAuth();
    }

    @Override
    public void setEnableSessionCreation(boolean flag) {
        real.setEnableSessionCreation(flag);
    }

    @Override
    public boolean getEnableSessionCreation() {
        return real.getEnableSessionCreation();
    }

    @Override
    public SSLParameters getSSLParameters() {
        return real.getSSLParameters();
    }

    @Override
    public void setSSLParameters(SSLParameters parameters) {
        real.setSSLParameters(parameters);
    }

    @Override
    public String getApplicationProtocol() {
        return real.getApplicationProtocol();
    }

    @Override
    public String getHandshakeApplicationProtocol() {
        return real.getHandshakeApplicationProtocol();
    }

    @Override
    public void setHandshakeApplicationProtocolSelector(BiFunction<SSLEngine, List<String>, String> selector) {
        real.setHandshakeApplicationProtocolSelector((_, offered) -> selector.apply(this, offered));
    }
}
