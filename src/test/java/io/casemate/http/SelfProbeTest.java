package io.casemate.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.kernel.Fault;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SelfProbeTest {
    @TempDir
    Path folder;

    @Test
    void aServerThatServesAnswersItself() {
        EchoService echo = new EchoService();
        try (RunningServer running = new RunningServer(folder, echo)) {
            assertTrue(running.server.answers());
            assertEquals("sys/health", echo.last.get().path().value());
        }
    }

    @Test
    void anErrorIsAnAnswerToo() {
        try (RunningServer running = new RunningServer(folder, _ -> {
            throw new Fault.Sealed().asException();
        })) {
            assertTrue(running.server.answers());
        }
    }

    @Test
    void aClosedServerDoesNot() {
        RunningServer running = new RunningServer(folder, new EchoService());
        running.close();
        assertFalse(running.server.answers());
    }

    @Test
    void anotherServersCertificateOnOurPortIsNoAnswer() throws IOException {
        Files.createDirectory(folder.resolve("a"));
        Files.createDirectory(folder.resolve("b"));
        try (RunningServer one = new RunningServer(folder.resolve("a"), new EchoService());
                RunningServer other = new RunningServer(folder.resolve("b"), new EchoService())) {
            SelfProbe probe = new SelfProbe(
                    InetAddress.getLoopbackAddress(),
                    other.server.port(),
                    () -> TlsIdentity.load(one.tls.certificate(), one.tls.key())
                            .chain()
                            .getFirst());
            assertFalse(probe.answers());
        }
    }

    @Test
    void aPortThatAcceptsAndSaysNothingIsNoAnswer() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                RunningServer one = new RunningServer(folder, new EchoService())) {
            SelfProbe probe = new SelfProbe(
                    InetAddress.getLoopbackAddress(),
                    silent.getLocalPort(),
                    () -> TlsIdentity.load(one.tls.certificate(), one.tls.key())
                            .chain()
                            .getFirst());
            assertFalse(probe.answers());
        }
    }
}
