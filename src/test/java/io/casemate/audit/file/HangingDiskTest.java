package io.casemate.audit.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.audit.Scene;
import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A file whose writes do not come back until they are let: one thread waits for them, and nobody else. */
@Timeout(30)
class HangingDiskTest {
    private static final Duration PATIENCE = Duration.ofMillis(200);

    @TempDir
    Path folder;

    private final CountDownLatch reached = new CountDownLatch(1);
    private final CountDownLatch answers = new CountDownLatch(1);
    private FileAuditDevice device;

    @BeforeEach
    void place() throws IOException {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
        Path file = folder.resolve("audit.log");
        device = new FileAuditDevice(
                "file/",
                new HangingFile(new AuditFile(file, 0600)),
                new Space("file/", file, Reserve.of(file, 0), 0),
                PATIENCE);
    }

    @Test
    void others_are_refused_and_it_is_told_and_heals() throws Exception {
        Thread writer = hanging();
        assertRefused();
        assertTrue(device.underWay().compareTo(PATIENCE) >= 0);
        long before = System.nanoTime();
        assertRefused();
        assertThrows(FaultException.class, device::reopen);
        assertTrue(System.nanoTime() - before < PATIENCE.toNanos(), "later ones do not even wait");
        answers.countDown();
        writer.join();
        assertEquals(Duration.ZERO, device.underWay());
        device.write(Scene.line("two"));
        assertEquals(List.of("one", "two"), Files.readAllLines(folder.resolve("audit.log")));
    }

    @Test
    void it_is_disabled_without_waiting_for_ever() throws Exception {
        Thread writer = hanging();
        device.close();
        answers.countDown();
        writer.join();
        assertThrows(IllegalStateException.class, () -> device.write(Scene.line("two")));
    }

    private Thread hanging() throws InterruptedException {
        Thread writer = Thread.ofVirtual().start(() -> device.write(Scene.line("one")));
        reached.await();
        return writer;
    }

    private void assertRefused() {
        FaultException refused = assertThrows(FaultException.class, () -> device.write(Scene.line("no")));
        assertInstanceOf(Fault.StorageFailed.class, refused.fault());
        assertTrue(refused.getMessage().contains("its disk has not answered for"), refused.getMessage());
    }

    private final class HangingFile implements Sink {
        private final AuditFile file;

        HangingFile(AuditFile file) {
            this.file = file;
        }

        @Override
        public Path path() {
            return file.path();
        }

        @Override
        public Object identity() throws IOException {
            return file.identity();
        }

        @Override
        public Opened open() throws IOException {
            Opened opened = file.open();
            OutputStream slow = new OutputStream() {
                @Override
                public void write(int octet) throws IOException {
                    write(new byte[] {(byte) octet});
                }

                @Override
                public void write(byte[] bytes) throws IOException {
                    reached.countDown();
                    try {
                        answers.await();
                    } catch (InterruptedException e) {
                        throw new IOException(e);
                    }
                    opened.stream().write(bytes);
                }

                @Override
                public void close() throws IOException {
                    opened.stream().close();
                }
            };
            return new Opened(slow, opened.identity(), opened.torn());
        }
    }
}
