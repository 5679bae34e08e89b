package io.casemate.bootstrap;

import io.casemate.bootstrap.broker.BrokerChild;
import io.casemate.log.LogSettings;
import io.casemate.os.ProcessMemory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The command that starts an HSM's own process: this JDK, a small heap, the jar that has only what it needs where that is
 * installed beside ours, and the options in the lines of the property {@code casemate.hsm-broker.options} (the launcher's
 * start-up cache). Its memory is locked if ours is.
 */
final class BrokerCommandLine {
    private static final String JAR = "casemate-hsm-broker.jar";

    /**
     * A crash is told in a few lines on standard error; the file with registers and stack is not written. JNA would run
     * ldconfig to learn where libraries are; ours are named by their paths.
     */
    private static final List<String> OPTIONS = List.of(
            "-XX:+UseSerialGC",
            "-Xms8m",
            "-Xmx128m",
            "-XX:TieredStopAtLevel=1",
            "-XX:+UnlockDiagnosticVMOptions",
            "-XX:-AOTReplayTraining",
            "-XX:+DisableAttachMechanism",
            "-XX:-UsePerfData",
            "-XX:ErrorFile=/dev/null",
            "-XX:+DisplayVMOutputToStderr",
            "-Djna.platform.library.path=/usr/lib64");

    private BrokerCommandLine() {}

    static List<String> of(LogSettings log) {
        List<String> words = new ArrayList<>();
        words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        words.addAll(OPTIONS);
        System.getProperties().stringPropertyNames().stream()
                .filter(name -> name.startsWith("jna.") || name.equals("java.io.tmpdir"))
                .sorted()
                .forEach(name -> words.add("-D" + name + "=" + System.getProperty(name)));
        words.addAll(
                System.getProperty("casemate.hsm-broker.options", "").lines().toList());
        words.addAll(program());
        words.addAll(List.of("--log", log.format() + ":" + log.level()));
        if (ProcessMemory.locked()) {
            words.add(BrokerChild.LOCK);
        }
        return words;
    }

    private static List<String> program() {
        String path = System.getProperty("java.class.path");
        Path jar = Path.of(path.split(":", 2)[0]).resolveSibling(JAR);
        return Files.isRegularFile(jar)
                ? List.of("-jar", jar.toString())
                : List.of("--enable-native-access=ALL-UNNAMED", "-cp", path, BrokerChild.class.getName());
    }
}
