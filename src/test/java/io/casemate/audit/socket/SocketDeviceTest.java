package io.casemate.audit.socket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.audit.AuditDevice;
import io.casemate.audit.Scene;
import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import io.casemate.os.UnixDatagramServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SocketDeviceTest {
    private static final InetAddress HERE = InetAddress.getLoopbackAddress();

    @Test
    void lines_go_over_one_tcp_connection() throws IOException {
        try (ServerSocket collector = new ServerSocket(0, 8, HERE);
                AuditDevice device = tcp(collector.getLocalPort(), Map.of())) {
            device.write(Scene.line("one"));
            device.write(Scene.line("two"));
            try (Socket accepted = collector.accept();
                    BufferedReader lines = reader(accepted)) {
                assertEquals("one", lines.readLine());
                assertEquals("two", lines.readLine());
            }
        }
    }

    @Test
    void a_collector_that_stops_reading_costs_the_deadline_and_a_new_connection_begins_with_a_whole_line()
            throws IOException {
        try (ServerSocket collector = new ServerSocket(0, 8, HERE);
                AuditDevice device = tcp(collector.getLocalPort(), Map.of("write_timeout", "200ms"))) {
            device.write(Scene.line("first"));
            try (Socket stuck = collector.accept()) {
                assertTrue(stuck.isConnected());
                long began = fillUp(device);
                long millis = (System.nanoTime() - began) / 1_000_000;
                assertTrue(millis >= 190 && millis < 5000, millis + " ms");
            }
            device.write(Scene.line("whole"));
            try (Socket accepted = collector.accept();
                    BufferedReader lines = reader(accepted)) {
                assertEquals("whole", lines.readLine());
            }
        }
    }

    @Test
    void a_connection_that_was_closed_is_made_again_and_the_line_is_not_lost() throws IOException {
        try (ServerSocket collector = new ServerSocket(0, 8, HERE);
                AuditDevice device = tcp(collector.getLocalPort(), Map.of())) {
            for (int i = 0; i < 20; i++) {
                device.write(Scene.line("line " + i));
                try (Socket accepted = collector.accept();
                        BufferedReader lines = reader(accepted)) {
                    assertEquals("line " + i, lines.readLine());
                }
            }
        }
    }

    @Test
    void a_collector_that_is_away_is_found_when_it_is_back() throws IOException {
        int port;
        try (ServerSocket collector = new ServerSocket(0, 8, HERE)) {
            port = collector.getLocalPort();
        }
        try (AuditDevice device = tcp(port, Map.of())) {
            assertTrue(failure(device, "lost").contains("audit socket tcp"));
            assertTrue(failure(device, "lost").contains("refused"));
            try (ServerSocket collector = new ServerSocket(port, 8, HERE)) {
                device.write(Scene.line("found"));
                try (Socket accepted = collector.accept();
                        BufferedReader lines = reader(accepted)) {
                    assertEquals("found", lines.readLine());
                }
            }
        }
    }

    @Test
    void a_unix_socket_that_was_removed_is_found_when_it_is_back(@TempDir Path folder) throws IOException {
        Path path = folder.resolve("audit.sock");
        try (AuditDevice device = device(Map.of("address", path.toString(), "socket_type", "unix"))) {
            for (int round = 0; round < 3; round++) {
                assertTrue(failure(device, "lost").contains(path.toString()));
                try (ServerSocketChannel collector = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
                    collector.bind(UnixDomainSocketAddress.of(path));
                    device.write(Scene.line("round " + round));
                    try (SocketChannel accepted = collector.accept();
                            BufferedReader lines =
                                    new BufferedReader(Channels.newReader(accepted, StandardCharsets.UTF_8))) {
                        assertEquals("round " + round, lines.readLine());
                    }
                }
                Files.delete(path);
            }
        }
    }

    @Test
    void a_line_is_a_datagram(@TempDir Path folder) throws IOException {
        try (DatagramSocket collector = new DatagramSocket(0, HERE);
                AuditDevice device =
                        device(Map.of("address", "127.0.0.1:" + collector.getLocalPort(), "socket_type", "udp"))) {
            device.write(Scene.line("one"));
            DatagramPacket packet = new DatagramPacket(new byte[100], 100);
            collector.receive(packet);
            assertEquals("one\n", new String(packet.getData(), 0, packet.getLength(), StandardCharsets.UTF_8));
            assertTooLarge(device, 65_507);
        }
        Path path = folder.resolve("datagrams");
        try (UnixDatagramServer collector = new UnixDatagramServer(path);
                AuditDevice device = device(Map.of("address", path.toString(), "socket_type", "unixgram"))) {
            device.write(Scene.line("one"));
            assertEquals("one\n", collector.receive());
            assertTooLarge(device, 8 << 20);
        }
    }

    @Test
    void a_closed_device_stays_closed() throws IOException {
        try (ServerSocket collector = new ServerSocket(0, 8, HERE)) {
            AuditDevice device = tcp(collector.getLocalPort(), Map.of());
            device.reopen();
            device.close();
            assertThrows(IllegalStateException.class, () -> device.write(Scene.line("two")));
            assertThrows(IllegalStateException.class, device::reopen);
        }
    }

    @Test
    void bad_options_are_refused() {
        for (Map<String, String> bad : List.of(
                Map.<String, String>of(),
                Map.of("address", "nowhere"),
                Map.of("address", ":90"),
                Map.of("address", "::1:90"),
                Map.of("address", "a:0"),
                Map.of("address", "a:65536"),
                Map.of("address", "a:9x"),
                Map.of("address", "a:90", "socket_type", "sctp"),
                Map.of("address", "relative", "socket_type", "unix"),
                Map.of("address", "/x\0y", "socket_type", "unixgram"),
                Map.of("address", "a:90", "write_timeout", "soon"))) {
            FaultException thrown = assertThrows(FaultException.class, () -> device(bad), bad.toString());
            assertInstanceOf(Fault.BadRequest.class, thrown.fault());
        }
    }

    /** Writes to a collector that reads nothing until the device says so; when that write began. */
    private static long fillUp(AuditDevice device) {
        String filler = "x".repeat(100_000);
        for (int i = 0; i < 10_000; i++) {
            long began = System.nanoTime();
            try {
                device.write(Scene.line(filler));
            } catch (FaultException e) {
                assertTrue(e.getMessage().contains("the other end takes nothing"), e.getMessage());
                return began;
            }
        }
        throw new AssertionError("the buffers never filled up");
    }

    private static void assertTooLarge(AuditDevice device, int length) {
        FaultException thrown = assertThrows(FaultException.class, () -> device.write(Scene.line("x".repeat(length))));
        assertInstanceOf(Fault.TooLarge.class, thrown.fault());
        device.write(Scene.line("still open"));
    }

    private static String failure(AuditDevice device, String text) {
        FaultException thrown = assertThrows(FaultException.class, () -> device.write(Scene.line(text)));
        return assertInstanceOf(Fault.StorageFailed.class, thrown.fault()).detail();
    }

    private static BufferedReader reader(Socket accepted) throws IOException {
        return new BufferedReader(new InputStreamReader(accepted.getInputStream(), StandardCharsets.UTF_8));
    }

    private static AuditDevice tcp(int port, Map<String, String> more) {
        Map<String, String> options = new HashMap<>(Map.of("address", HERE.getHostAddress() + ":" + port));
        options.putAll(more);
        return device(options);
    }

    private static AuditDevice device(Map<String, String> options) {
        return new SocketDeviceFactory().create("socket/", options);
    }
}
