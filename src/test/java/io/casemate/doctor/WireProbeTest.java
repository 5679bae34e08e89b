package io.casemate.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.auth.cert.OpensslAuthority;
import io.casemate.doctor.ExaminationContext.Sought;
import io.casemate.kernel.Await;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Looks at listeners of openssl, which still speaks the old versions when it is told to. */
class WireProbeTest {
    @Test
    void oldVersionsAreSeen(@TempDir Path folder) throws Exception {
        assertEquals(
                Set.of("TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"),
                look(folder, List.of()).get().versions());
    }

    @Test
    void whatIsNotOfferedIsNotSeen(@TempDir Path folder) throws Exception {
        Wire wire = look(folder, List.of("-no_tls1", "-no_tls1_1")).get();
        assertEquals(Set.of("TLSv1.2", "TLSv1.3"), wire.versions());
        assertFalse(wire.plaintext());
        assertEquals(64, wire.fingerprint().length());
    }

    @Test
    void whereNobodyListensNothingIsProven() throws IOException {
        Sought<Wire> wire = WireProbe.look("127.0.0.1", freePort());
        assertTrue(wire.found().isEmpty());
        assertTrue(wire.reason().contains("cannot be looked at"), wire.reason());
    }

    private static Sought<Wire> look(Path folder, List<String> options) throws IOException {
        new OpensslAuthority(folder).root("server");
        int port = freePort();
        List<String> command = new ArrayList<>(List.of(
                "openssl",
                "s_server",
                "-accept",
                "127.0.0.1:" + port,
                "-key",
                "server.key",
                "-cert",
                "server.pem",
                "-cipher",
                "ALL:@SECLEVEL=0",
                "-quiet"));
        command.addAll(options);
        Process server = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile())
                .start();
        try {
            Await.until(() -> WireProbe.look("127.0.0.1", port).found().isPresent());
            return WireProbe.look("127.0.0.1", port);
        } finally {
            server.destroyForcibly();
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
