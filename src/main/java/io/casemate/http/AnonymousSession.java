package io.casemate.http;

import java.security.Principal;
import java.security.cert.Certificate;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSessionContext;

/**
 * The session of a client that showed no certificate. Helidon asks for one with each request, and the JDK says no by an
 * exception whose trace costs some microseconds; this one says it without. All else is the real session's.
 */
record AnonymousSession(SSLSession real) implements SSLSession {
    @Override
    public Certificate[] getPeerCertificates() throws SSLPeerUnverifiedException {
        throw new NoCertificate();
    }

    @Override
    public Principal getPeerPrincipal() throws SSLPeerUnverifiedException {
        throw new NoCertificate();
    }

    @Override
    public byte[] getId() {
        return real.getId();
    }

    @Override
    public SSLSessionContext getSessionContext() {
        return real.getSessionContext();
    }

    @Override
    public long getCreationTime() {
        return real.getCreationTime();
    }

    @Override
    public long getLastAccessedTime() {
        return real.getLastAccessedTime();
    }

    @Override
    public void invalidate() {
        real.invalidate();
    }

    @Override
    public boolean isValid() {
        return real.isValid();
    }

    @Override
    public void putValue(String name, Object value) {
        real.putValue(name, value);
    }

    @Override
    public Object getValue(String name) {
        return real.getValue(name);
    }

    @Override
    public void removeValue(String name) {
        real.removeValue(name);
    }

    @Override
    public String[] getValueNames() {
        return real.getValueNames();
    }

    @Override
    public Certificate[] getLocalCertificates() {
        return real.getLocalCertificates();
    }

    @Override
    public Principal getLocalPrincipal() {
        return real.getLocalPrincipal();
    }

    @Override
    public String getCipherSuite() {
        return real.getCipherSuite();
    }

    @Override
    public String getProtocol() {
        return real.getProtocol();
    }

    @Override
    public String getPeerHost() {
        return real.getPeerHost();
    }

    @Override
    public int getPeerPort() {
        return real.getPeerPort();
    }

    @Override
    public int getPacketBufferSize() {
        return real.getPacketBufferSize();
    }

    @Override
    public int getApplicationBufferSize() {
        return real.getApplicationBufferSize();
    }

    /** Thrown for every request, so without a trace. */
    private static final class NoCertificate extends SSLPeerUnverifiedException {
        private static final long serialVersionUID = 1;

        NoCertificate() {
            super("the client showed no certificate");
        }

        @Override
        public Throwable fillInStackTrace() {
            return this;
        }
    }
}
