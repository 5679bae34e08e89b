package io.casemate.hsm.broker;

import io.casemate.bootstrap.broker.BrokerChild;
import io.casemate.hsm.Hsm;
import io.casemate.hsm.HsmSettings;
import io.casemate.hsm.SoftHsmFixture;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

/** Real brokers, each in a process of its own as the server starts them, and the PIN in a file for them. */
public final class BrokerProcess implements AutoCloseable {
    /** Early in the command line, of which the JDK shows the beginning only. */
    private static final String MARK = "-Dcasemate.broker-of-a-test=true";

    private final Path directory;
    private final Path pin;

    BrokerProcess(String pin) {
        try {
            directory = Files.createTempDirectory(
                    "casemate-broker-",
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            this.pin = directory.resolve("pin");
            write(pin);
            Files.setPosixFilePermissions(this.pin, PosixFilePermissions.fromString("rw-------"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Changes the PIN that the next login finds. */
    void write(String text) {
        try {
            Files.writeString(pin, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A token whose library runs in a process. */
    Hsm open(HsmSettings settings) {
        return BrokerHsm.start(settings, "file://" + pin, onSoftHsm(), directory);
    }

    static List<String> onSoftHsm() {
        List<String> words = new ArrayList<>(List.of("env", "SOFTHSM2_CONF=" + SoftHsmFixture.configuration()));
        words.addAll(command());
        return words;
    }

    /** How the server starts one, in the environment of the test. */
    public static List<String> command() {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                MARK,
                "-XX:+UseSerialGC",
                "-Xmx64m",
                "-XX:TieredStopAtLevel=1",
                "-XX:ErrorFile=/dev/null",
                "-XX:+DisplayVMOutputToStderr",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                BrokerChild.class.getName(),
                "--log",
                "TEXT:INFO");
    }

    /** The brokers that run now: children of this JVM. */
    static List<ProcessHandle> running() {
        return ProcessHandle.current()
                .children()
                .filter(child -> child.info().commandLine().orElse("").contains(MARK))
                .filter(ProcessHandle::isAlive)
                .toList();
    }

    @Override
    public void close() throws IOException {
        Files.deleteIfExists(pin);
        Files.delete(directory);
    }
}
