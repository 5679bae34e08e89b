package io.casemate.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.kernel.FaultException;
import io.casemate.log.LogSettings;
import io.casemate.log.ServerLog;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.StandardSocketOptions;
import java.net.http.HttpClient;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The rest of what docs/adr/0006 mends: TLS, certificates, names, socket options, the end of a connection. */
class DefectsTest {
    private static final String GET = "GET /v1/x HTTP/1.1\r\nHost: localhost\r\n";

    @TempDir
    Path folder;

    private final EchoService echo = new EchoService();
    private RunningServer running;

    @BeforeEach
    void start() {
        running = new RunningServer(folder, echo);
    }

    @AfterEach
    void stop() {
        running.close();
    }

    @Test
    void addressesAreNeverTurnedIntoNames() throws IOException {
        InetAddress loopback = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
        assertEquals("127.0.0.1", loopback.getHostName());
        assertEquals(loopback, InetAddress.getByName("localhost"));
    }

    @Test
    void acceptedSocketsDoNotWaitToFillPackets() throws IOException {
        Connections connections = new Connections(RunningServer.SHORT, 10);
        try (ServerSocketChannel listening =
                        ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
                SocketChannel client = SocketChannel.open(listening.getLocalAddress());
                SocketChannel accepted = listening.accept()) {
            assertFalse(accepted.getOption(StandardSocketOptions.TCP_NODELAY));
            new AcceptedSockets(connections).configureSocket(accepted);
            assertTrue(accepted.getOption(StandardSocketOptions.TCP_NODELAY));
            assertEquals(client.getLocalAddress(), accepted.getRemoteAddress());
            assertTrue(connections.of(accepted.getRemoteAddress()).isPresent());
        } finally {
            connections.close();
        }
    }

    @Test
    void connectionCloseIsHonoured() throws IOException {
        try (SSLSocket socket = running.tls("http/1.1")) {
            long start = System.nanoTime();
            socket.getOutputStream().write((GET + "Connection: close\r\n\r\n").getBytes(US_ASCII));
            String answer = new String(socket.getInputStream().readAllBytes(), US_ASCII);
            assertTrue(answer.startsWith("HTTP/1.1 200"), answer);
            assertTrue(answer.toLowerCase(java.util.Locale.ROOT).contains("\r\nconnection: close"), answer);
            assertTrue(System.nanoTime() - start < 3_000_000_000L);
        }
    }

    @Test
    void aConnectionIsKeptOtherwise() throws IOException {
        try (SSLSocket socket = running.tls("http/1.1")) {
            for (int i = 0; i < 3; i++) {
                socket.getOutputStream().write((GET + "\r\n").getBytes(US_ASCII));
                assertTrue(head(socket).startsWith("HTTP/1.1 200"));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void aCertificateOfAnUnknownCaPassesAndIsHandedOnUnverified(String protocol) throws IOException {
        SSLParameters parameters = new SSLParameters();
        parameters.setProtocols(new String[] {protocol});
        HttpClient client = HttpClient.newBuilder()
                .sslContext(running.tls.clientCalled("stranger"))
                .sslParameters(parameters)
                .build();
        var answer = running.send(
                client, running.to("/v1/x").header("X-Helidon-CN", "forged").build());
        assertEquals(200, answer.statusCode());
        assertEquals(1, echo.last.get().peer().certificates().size());
        assertFalse(echo.last.get().peer().headers().containsKey("x-helidon-cn"));
        assertEquals("127.0.0.1", echo.last.get().peer().address());
        running.send(running.to("/v1/x").build());
        assertEquals(0, echo.last.get().peer().certificates().size());
    }

    @Test
    void oldProtocolsAndWeakSuitesAreRefused() throws IOException {
        assertThrows(SSLException.class, () -> handshake("TLSv1.2", "TLS_RSA_WITH_AES_128_GCM_SHA256"));
        assertThrows(SSLException.class, () -> handshake("TLSv1.2", "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA"));
        handshake("TLSv1.2", "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256");
        handshake("TLSv1.3", "TLS_AES_128_GCM_SHA256");
    }

    @Test
    void renegotiationIsRefused() throws IOException {
        try (SSLSocket socket = handshake("TLSv1.2", "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256")) {
            socket.getOutputStream().write((GET + "\r\n").getBytes(US_ASCII));
            assertTrue(head(socket).startsWith("HTTP/1.1 200"));
            socket.getSession().invalidate();
            assertThrows(IOException.class, () -> {
                socket.startHandshake();
                socket.getOutputStream().write((GET + "\r\n").getBytes(US_ASCII));
                assertNotEquals(-1, socket.getInputStream().read(), "closed");
                throw new AssertionError("renegotiated");
            });
        }
    }

    @Test
    void reloadTakesANewCertificateAndDropsNobody() throws IOException {
        try (SSLSocket standing = running.tls("http/1.1")) {
            X509Certificate before = (X509Certificate) standing.getSession().getPeerCertificates()[0];
            X509Certificate after = running.tls.renew("RSA");
            assertTrue(running.server.reload());
            assertEquals(after, shown());
            assertNotEquals(before, after);
            standing.getOutputStream().write((GET + "\r\n").getBytes(US_ASCII));
            assertTrue(head(standing).startsWith("HTTP/1.1 200"));
        }
    }

    @Test
    void aChangedFileIsNoticed() throws Exception {
        X509Certificate after = running.tls.renew("EC");
        for (int i = 0; i < 100 && !shown().equals(after); i++) {
            Thread.sleep(100);
        }
        assertEquals(after, shown());
    }

    @Test
    void anUnusableFileLeavesTheOldCertificate() throws IOException {
        X509Certificate before = shown();
        Files.writeString(running.tls.certificate(), "nonsense");
        ByteArrayOutputStream log = new ByteArrayOutputStream();
        try (ServerLog _ = ServerLog.start(LogSettings.DEFAULT, log)) {
            assertFalse(running.server.reload());
        }
        String told = log.toString(US_ASCII);
        assertTrue(told.contains("stays in use: TLS file " + running.tls.certificate()), told);
        assertEquals(before, shown());
        running.tls.renew("EC");
        assertTrue(running.server.reload());
        assertNotEquals(before, shown());
    }

    @Test
    void keysThatCannotBeUsedAreNamed() throws IOException {
        Files.setPosixFilePermissions(running.tls.key(), PosixFilePermissions.fromString("rw-r--r--"));
        assertTrue(refusal().contains("read or written by everybody"), refusal());
        byte[] old = Files.readAllBytes(running.tls.key());
        running.tls.renew("EC");
        Files.write(running.tls.key(), old);
        assertTrue(refusal().contains("is not the key of the first certificate"), refusal());
        Files.writeString(running.tls.key(), TlsFixture.pem("EC PRIVATE KEY", new byte[10]));
        assertTrue(refusal().contains("openssl pkcs8"), refusal());
        Files.delete(running.tls.key());
        assertTrue(refusal().contains("does it exist?"), refusal());
    }

    @Test
    void aPortInUseIsNamed() throws IOException {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            HttpSettings settings =
                    HttpSettings.of("127.0.0.1", other.getLocalPort(), running.tls.certificate(), running.tls.key());
            FaultException refused =
                    assertThrows(FaultException.class, () -> HttpServer.start(settings, echo, new SecureRandom()));
            assertTrue(refused.getMessage().contains("cannot listen on 127.0.0.1:" + other.getLocalPort()));
        }
    }

    private String refusal() {
        HttpSettings settings = HttpSettings.of("127.0.0.1", 0, running.tls.certificate(), running.tls.key());
        return assertThrows(FaultException.class, () -> HttpServer.start(settings, echo, new SecureRandom()))
                .getMessage();
    }

    private X509Certificate shown() throws IOException {
        try (SSLSocket socket = running.tls("http/1.1")) {
            return (X509Certificate) socket.getSession().getPeerCertificates()[0];
        }
    }

    private SSLSocket handshake(String protocol, String suite) throws IOException {
        SSLSocket socket = (SSLSocket) running.tls
                .client()
                .getSocketFactory()
                .createSocket(InetAddress.getLoopbackAddress(), running.server.port());
        socket.setSoTimeout(10_000);
        socket.setEnabledProtocols(new String[] {protocol});
        socket.setEnabledCipherSuites(new String[] {suite});
        socket.startHandshake();
        return socket;
    }

    /** Reads one answer's head, and its body away. */
    private static String head(SSLSocket socket) throws IOException {
        InputStream in = socket.getInputStream();
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int c = in.read();
            if (c < 0) {
                return head.toString();
            }
            head.append((char) c);
        }
        int at = head.toString().toLowerCase(java.util.Locale.ROOT).indexOf("content-length: ") + 16;
        in.skipNBytes(Long.parseLong(head.substring(at, head.indexOf("\r", at))));
        return head.toString();
    }
}
