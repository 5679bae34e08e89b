package io.casemate.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.kernel.Response;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A client that comes again from the same address and port: what it left is still watched. */
class ReusedPortsTest {
    @TempDir
    Path folder;

    private TlsFixture tls;
    private HttpServer server;

    @BeforeEach
    void start() {
        tls = TlsFixture.in(folder);
        server = HttpServer.start(
                new HttpSettings(
                        "0.0.0.0", 0, tls.certificate(), tls.key(), HttpSettings.Limits.DEFAULT, RunningServer.SHORT),
                _ -> Response.of(Map.of()),
                new SecureRandom());
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void aBodyWhoseConnectionWasResetIsNotAwaitedForEver() throws Exception {
        int port = 0;
        for (int i = 0; i < 20; i++) {
            Socket tcp = connected(port, "127.0.0.1");
            port = tcp.getLocalPort();
            RawHttp2 h2 = new RawHttp2(tls(tcp)).open(65_535);
            h2.send(RawHttp2.HEADERS, RawHttp2.END_HEADERS, 1, RawHttp2.head(true, "/v1/x"));
            h2.send(RawHttp2.DATA, 0, 1, "{".getBytes(ISO_8859_1));
            Thread.sleep(30);
            tcp.setSoLinger(true, 0);
            tcp.close();
        }
        connected(port, "127.0.0.1").close();
        assertEquals(0, LiveThreads.settled(folder, "Http2ServerStream.", 0), "streams left behind");
    }

    @Test
    void connectionsToTwoAddressesOfTheServerAreAllWatched() throws Exception {
        List<Socket> left = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            Socket first = connected(0, "127.0.0.1");
            left.add(first);
            left.add(connected(first.getLocalPort(), "127.0.0.2"));
        }
        for (Socket each : left) {
            try (each) {
                each.setSoTimeout(8_000);
                assertTrue(ended(each), "a connection without a handshake is never closed");
            }
        }
    }

    private static boolean ended(Socket socket) throws IOException {
        try {
            return socket.getInputStream().read() < 0;
        } catch (SocketException e) {
            return true;
        } catch (java.net.SocketTimeoutException e) {
            return false;
        }
    }

    private Socket connected(int localPort, String to) throws IOException {
        Socket socket = new Socket();
        socket.setReuseAddress(true);
        socket.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), localPort));
        socket.connect(new InetSocketAddress(InetAddress.ofLiteral(to), server.port()));
        return socket;
    }

    private SSLSocket tls(Socket tcp) throws IOException {
        SSLSocket socket =
                (SSLSocket) tls.client().getSocketFactory().createSocket(tcp, "127.0.0.1", server.port(), true);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setApplicationProtocols(new String[] {"h2"});
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        return socket;
    }
}
