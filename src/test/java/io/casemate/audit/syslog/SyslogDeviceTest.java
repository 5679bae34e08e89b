package io.casemate.audit.syslog;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.audit.AuditDevice;
import io.casemate.audit.Scene;
import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import io.casemate.os.UnixDatagramServer;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SyslogDeviceTest {
    private static final Instant TIME = LocalDateTime.of(2026, 11, 2, 3, 4, 5)
            .atZone(ZoneId.systemDefault())
            .toInstant();

    @TempDir
    Path folder;

    private Path path;

    @BeforeEach
    void place() {
        path = folder.resolve("log");
    }

    @Test
    void a_line_is_a_datagram_in_the_form_that_syslog_daemons_read() {
        try (UnixDatagramServer daemon = new UnixDatagramServer(path);
                AuditDevice device = device(Map.of())) {
            device.write(Scene.line("{\"a\":1}"));
            String pid = "[" + ProcessHandle.current().pid() + "]: ";
            assertEquals("<38>Nov  2 03:04:05 vault" + pid + "{\"a\":1}", daemon.receive());
        }
    }

    @Test
    void facility_and_tag_are_chosen() {
        try (UnixDatagramServer daemon = new UnixDatagramServer(path);
                AuditDevice device = device(Map.of("facility", "local3", "tag", "casemate-1"))) {
            device.write(Scene.line("x"));
            assertTrue(
                    daemon.receive().startsWith("<158>Nov  2 03:04:05 casemate-1["), "local3 is 19, informational 6");
        }
    }

    @Test
    void a_restarted_daemon_is_found_by_the_next_line() {
        try (AuditDevice device = device(Map.of())) {
            assertTrue(failure(device, "zero").detail().contains("does the syslog daemon run?"));
            try (UnixDatagramServer daemon = new UnixDatagramServer(path)) {
                device.write(Scene.line("one"));
                assertTrue(daemon.receive().endsWith(" one"));
            }
            failure(device, "two");
            try (UnixDatagramServer daemon = new UnixDatagramServer(path)) {
                device.write(Scene.line("three"));
                assertTrue(daemon.receive().endsWith(": three"));
            }
        }
    }

    @Test
    void a_daemon_that_restarted_between_two_lines_costs_none() {
        try (AuditDevice device = device(Map.of())) {
            try (UnixDatagramServer daemon = new UnixDatagramServer(path)) {
                device.write(Scene.line("one"));
                assertTrue(daemon.receive().endsWith(": one"));
            }
            try (UnixDatagramServer daemon = new UnixDatagramServer(path)) {
                device.write(Scene.line("two"));
                assertTrue(daemon.receive().endsWith(": two"));
            }
        }
    }

    @Test
    void a_daemon_that_reads_nothing_is_given_up_after_the_deadline() {
        try (UnixDatagramServer daemon = new UnixDatagramServer(path);
                AuditDevice device = device(Map.of("write_timeout", "100ms"))) {
            int taken = 0;
            String why = "";
            long began = 0;
            while (why.isEmpty() && taken < 100_000) {
                try {
                    began = System.nanoTime();
                    device.write(Scene.line(Integer.toString(taken)));
                    taken++;
                } catch (FaultException e) {
                    why = e.getMessage();
                }
            }
            assertTrue(why.contains("the receiver's queue is full"), why);
            long millis = (System.nanoTime() - began) / 1_000_000;
            assertTrue(millis >= 100 && millis < 5000, millis + " ms");
            for (int i = 0; i < taken; i++) {
                assertTrue(daemon.receive().endsWith(": " + i));
            }
            device.write(Scene.line("again"));
            assertTrue(daemon.receive().endsWith(": again"));
        }
    }

    @Test
    void a_line_that_no_datagram_can_hold_is_told_apart() {
        try (UnixDatagramServer daemon = new UnixDatagramServer(path);
                AuditDevice device = device(Map.of())) {
            FaultException thrown =
                    assertThrows(FaultException.class, () -> device.write(Scene.line("x".repeat(8 << 20))));
            assertInstanceOf(Fault.TooLarge.class, thrown.fault());
            device.write(Scene.line("short"));
            assertTrue(daemon.receive().endsWith(": short"));
        }
    }

    @Test
    void a_stream_socket_is_not_a_datagram_socket() throws IOException {
        try (ServerSocketChannel other = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
                AuditDevice device = device(Map.of())) {
            other.bind(UnixDomainSocketAddress.of(path));
            assertTrue(failure(device, "x").detail().contains("rotocol wrong type"));
        }
    }

    @Test
    void a_closed_device_stays_closed() {
        try (UnixDatagramServer daemon = new UnixDatagramServer(path)) {
            AuditDevice device = device(Map.of());
            device.write(Scene.line("one"));
            device.close();
            assertThrows(IllegalStateException.class, () -> device.write(Scene.line("two")));
            assertThrows(IllegalStateException.class, device::reopen);
            assertTrue(daemon.receive().endsWith(": one"));
            assertEquals("", daemon.receive());
        }
    }

    @Test
    void bad_options_are_refused() {
        for (Map<String, String> bad : java.util.List.of(
                Map.of("facility", "LOCAL8"),
                Map.of("facility", "mailbox"),
                Map.of("tag", "a b"),
                Map.of("tag", "x".repeat(33)),
                Map.of("address", "relative/log"),
                Map.of("write_timeout", "0"),
                Map.of("write_timeout", "2m"))) {
            FaultException thrown = assertThrows(FaultException.class, () -> device(bad), bad.toString());
            assertInstanceOf(Fault.BadRequest.class, thrown.fault());
        }
    }

    private static Fault.StorageFailed failure(AuditDevice device, String text) {
        FaultException thrown = assertThrows(FaultException.class, () -> device.write(Scene.line(text)));
        return assertInstanceOf(Fault.StorageFailed.class, thrown.fault());
    }

    private AuditDevice device(Map<String, String> more) {
        Map<String, String> options = new HashMap<>(Map.of("address", path.toString()));
        options.putAll(more);
        return new SyslogDeviceFactory(InstantSource.fixed(TIME)).create("syslog/", options);
    }
}
