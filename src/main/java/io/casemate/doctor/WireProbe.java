package io.casemate.doctor;

import io.casemate.doctor.ExaminationContext.Sought;
import io.casemate.kernel.TrustAnyServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/** Knocks at a listener as clients of several ages do. Sends no token; what it is shown is looked at and not relied on. */
final class WireProbe {
    private static final int PATIENCE = 5_000;
    private static final int HANDSHAKE = 22;
    private static final int SERVER_HELLO = 2;
    private static final List<String> OLD = List.of("TLSv1", "TLSv1.1", "TLSv1.2");

    private final String host;
    private final int port;

    private WireProbe(String host, int port) {
        this.host = host;
        this.port = port;
    }

    /** What is met there; missing when nothing can be reached. */
    static Sought<Wire> look(String host, int port) {
        try {
            return Sought.of(new WireProbe(host, port).look());
        } catch (IOException e) {
            return Sought.missing("the listener at " + host + " port " + port + " cannot be looked at: "
                    + (e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage()));
        }
    }

    private Wire look() throws IOException {
        Set<String> versions = new TreeSet<>();
        for (int i = 0; i < OLD.size(); i++) {
            if (offers(i + 1)) {
                versions.add(OLD.get(i));
            }
        }
        // Any certificate will do: it is looked at, and nothing secret is sent.
        SSLSocketFactory sockets = TrustAnyServer.context().getSocketFactory();
        try (Socket plain = connect();
                SSLSocket tls = (SSLSocket) sockets.createSocket(plain, host, port, true)) {
            tls.startHandshake();
            versions.add(tls.getSession().getProtocol());
            X509Certificate shown = (X509Certificate) tls.getSession().getPeerCertificates()[0];
            return new Wire(
                    host + ":" + port,
                    versions,
                    plaintext(),
                    Wire.fingerprint(shown),
                    shown.getNotBefore().toInstant(),
                    shown.getNotAfter().toInstant());
        }
    }

    /** Whether a client that knows nothing newer is answered by a ServerHello of just that version. */
    private boolean offers(int minor) throws IOException {
        try (Socket socket = connect()) {
            socket.getOutputStream().write(ClientHello.upTo(minor));
            byte[] head = answer(socket, 11);
            return head.length == 11
                    && head[0] == HANDSHAKE
                    && head[5] == SERVER_HELLO
                    && head[9] == 3
                    && head[10] == minor;
        }
    }

    private boolean plaintext() throws IOException {
        try (Socket socket = connect()) {
            String request = "GET /v1/sys/seal-status HTTP/1.1\r\nHost: doctor\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            String answer = new String(answer(socket, 8192), StandardCharsets.ISO_8859_1);
            return answer.startsWith("HTTP/") && answer.contains("\"sealed\"");
        }
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket();
        try {
            socket.connect(new InetSocketAddress(host, port), PATIENCE);
            socket.setSoTimeout(PATIENCE);
            return socket;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /** As much as comes; a listener that hangs up or says nothing has refused. */
    private static byte[] answer(Socket socket, int most) {
        byte[] read = new byte[most];
        int length = 0;
        try {
            InputStream in = socket.getInputStream();
            int more = in.read(read);
            while (more > 0 && length < most) {
                length += more;
                more = in.read(read, length, most - length);
            }
        } catch (IOException e) {
            return java.util.Arrays.copyOf(read, length);
        }
        return java.util.Arrays.copyOf(read, length);
    }
}
