package io.casemate.http;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AnonymousSessionTest {
    private static final InetAddress HERE = InetAddress.getLoopbackAddress();

    @TempDir
    Path folder;

    @Test
    void whoShowsNoCertificateCostsNoStackTraces() throws Exception {
        TlsFixture tls = TlsFixture.in(folder);
        try (ServerSocketChannel listener = ServerSocketChannel.open().bind(new InetSocketAddress(HERE, 0));
                Connections connections = new Connections(HttpSettings.Timeouts.DEFAULT, 8);
                Socket client = new Socket(HERE, listener.socket().getLocalPort());
                SocketChannel accepted = listener.accept()) {
            connections.accepted(accepted);
            SSLContext context =
                    WatchedTls.create(new ServerKeys(TlsIdentity.load(tls.certificate(), tls.key())), connections);
            SSLEngine server = context.createSSLEngine("127.0.0.1", client.getLocalPort());
            server.setUseClientMode(false);
            server.setWantClientAuth(true);
            SSLEngine other =
                    tls.client().createSSLEngine("127.0.0.1", listener.socket().getLocalPort());
            other.setUseClientMode(true);
            shakeHands(server, other);

            SSLSession session = server.getSession();
            assertEquals("TLSv1.3", session.getProtocol());
            assertEquals(other.getSession().getCipherSuite(), session.getCipherSuite());
            assertArrayEquals(other.getSession().getPeerCertificates(), session.getLocalCertificates());
            var none = assertThrows(SSLPeerUnverifiedException.class, session::getPeerCertificates);
            assertEquals(0, none.getStackTrace().length);
        }
    }

    private static void shakeHands(SSLEngine server, SSLEngine client) throws Exception {
        ByteBuffer toServer = ByteBuffer.allocate(65_536);
        ByteBuffer toClient = ByteBuffer.allocate(65_536);
        ByteBuffer plain = ByteBuffer.allocate(65_536);
        for (int i = 0; i < 20; i++) {
            step(client, toClient, toServer, plain);
            step(server, toServer, toClient, plain);
        }
        assertEquals(HandshakeStatus.NOT_HANDSHAKING, server.getHandshakeStatus());
    }

    private static void step(SSLEngine engine, ByteBuffer in, ByteBuffer out, ByteBuffer plain) throws Exception {
        for (int i = 0; i < 10; i++) {
            for (Runnable task = engine.getDelegatedTask(); task != null; task = engine.getDelegatedTask()) {
                task.run();
            }
            if (engine.getHandshakeStatus() != HandshakeStatus.NEED_UNWRAP) {
                engine.wrap(ByteBuffer.allocate(0), out);
            }
            in.flip();
            engine.unwrap(in, plain.clear());
            in.compact();
        }
    }
}
