package io.casemate.storage.crash;

import io.casemate.storage.KeyringStore;
import io.casemate.storage.Storage;
import io.casemate.storage.mapdb.MapDbKeyringStore;
import io.casemate.storage.mvstore.MvStorage;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/**
 * Kills writers and looks at what they leave. After each kill the store must open, hold every acknowledged step and no
 * half one. {@code tests/crash} runs hundreds of rounds; {@code CrashTest} a few at every build.
 */
final class CrashRounds {
    private static final List<String> CALLS = List.of("write", "ftruncate", "fsync", "rename", "unlink");

    private final Path directory;
    private final SplittableRandom random;
    private int acknowledged;

    CrashRounds(Path directory, long seed) {
        this.directory = directory;
        this.random = new SplittableRandom(seed);
    }

    /** Acknowledgements that were received before a kill, so far; every one was checked after it. */
    int acknowledged() {
        return acknowledged;
    }

    /** SIGKILL at a random moment, with many concurrent writers; the same store lives on from round to round. */
    void killAtRandom() throws IOException, InterruptedException {
        int lanes = List.of(1, 4, 16).get(random.nextInt(3));
        Process child = start(List.of(), "store", directory.toString(), "" + lanes, "1000000");
        verifyStore(lanes, outputUntilKilled(child));
    }

    /** The same for the keyring. */
    void killKeyringAtRandom() throws IOException, InterruptedException {
        Process child = start(List.of(), "keyring", directory.toString(), "1000000");
        verifyKeyring(outputUntilKilled(child));
    }

    /** The same while all entries are replaced at once, again and again. */
    void killReplacementAtRandom() throws IOException, InterruptedException {
        Path place = Files.createDirectories(directory.resolve("replaced"));
        Process child = start(List.of(), "replace", place.toString(), "1000000");
        new CrashRounds(place, 0).verifyReplaced(outputUntilKilled(child));
    }

    private Map<Integer, Integer> outputUntilKilled(Process child) throws IOException, InterruptedException {
        BufferedReader lines = child.inputReader(StandardCharsets.US_ASCII);
        Map<Integer, Integer> acks = new HashMap<>();
        read(lines.readLine(), acks);
        Thread killer = Thread.ofVirtual().start(() -> killSoon(child));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            read(line, acks);
        }
        killer.join();
        requireKilled(child);
        return acks;
    }

    /** By {@code kill} and not by {@code destroyForcibly}, which would throw away acknowledgements still in the pipe. */
    private void killSoon(Process child) {
        try {
            Thread.sleep(random.nextInt(400));
            new ProcessBuilder("kill", "-9", String.valueOf(child.pid()))
                    .start()
                    .waitFor();
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException("could not kill the writer", e);
        }
    }

    private static void requireKilled(Process child) throws InterruptedException, IOException {
        if (!child.waitFor(30, TimeUnit.SECONDS) || child.exitValue() != 128 + 9) {
            throw new IllegalStateException("the writer was not killed: exit " + child.exitValue() + " "
                    + new String(child.getErrorStream().readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    /** A line without its end was cut by the kill. Reading by lines cannot tell, so an odd one is left out. */
    private void read(String line, Map<Integer, Integer> acks) {
        if (line != null && line.matches("\\d+ \\d+")) {
            acknowledged++;
            String[] parts = line.split(" ", 2);
            acks.merge(Integer.valueOf(parts[0]), Integer.valueOf(parts[1]), Math::max);
        }
    }

    /**
     * SIGKILL at the {@code nth} call of {@code call} of the only writing thread, on a fresh place.
     *
     * @return false when there are fewer such calls: the work went through
     */
    boolean killAtCall(String mode, String call, int nth) throws IOException, InterruptedException {
        Path place = Files.createTempDirectory(directory, "call");
        List<String> strace = List.of(
                "strace",
                "-f",
                "-qq",
                "-o",
                "/dev/null",
                "-e",
                "trace=" + call,
                "-e",
                "inject=" + call + ":signal=SIGKILL:when=" + nth);
        Process child = mode.equals("store")
                ? start(strace, mode, place.toString(), "0", "3")
                : start(strace, mode, place.toString(), "3");
        Map<Integer, Integer> acks = new HashMap<>();
        try (BufferedReader lines = child.inputReader(StandardCharsets.US_ASCII)) {
            lines.lines().forEach(line -> read(line, acks));
        }
        boolean through = child.waitFor() == 0;
        CrashRounds there = new CrashRounds(place, 0);
        switch (mode) {
            case "store" -> there.verifyStore(1, acks);
            case "replace" -> there.verifyReplaced(acks);
            default -> there.verifyKeyring(acks);
        }
        deleteTree(place);
        return !through;
    }

    /** At each of the first two hundred calls and every tenth after; the number of kills. */
    int killAtEvery(String mode, String call) throws IOException, InterruptedException {
        int kills = 0;
        for (int nth = 1; killAtCall(mode, call, nth); nth += nth < 200 ? 1 : 10) {
            kills++;
        }
        return kills;
    }

    private static void deleteTree(Path place) throws IOException {
        try (var files = Files.walk(place)) {
            for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    static Process start(List<String> before, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(before);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(
                "-ea",
                "-Xmx128m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xshare:auto",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path"),
                CrashChild.class.getName()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.PIPE)
                .start();
    }

    private void verifyStore(int lanes, Map<Integer, Integer> acks) {
        try (Storage storage = MvStorage.open(directory.resolve("store"))) {
            for (int lane = 0; lane < lanes; lane++) {
                requireAtLeast(acks.getOrDefault(lane, 0), CrashWorkload.state(storage, lane), "lane " + lane);
            }
        }
    }

    private void verifyReplaced(Map<Integer, Integer> acks) {
        try (Storage storage = MvStorage.open(directory.resolve("store"))) {
            requireAtLeast(acks.getOrDefault(0, 0), CrashChild.replacedState(storage), "replacement");
        }
    }

    private void verifyKeyring(Map<Integer, Integer> acks) {
        try (KeyringStore store = MapDbKeyringStore.open(directory.resolve("keyring"))) {
            requireAtLeast(acks.getOrDefault(0, 0), CrashChild.keyringState(store), "keyring");
        }
    }

    private static void requireAtLeast(int acked, int found, String where) {
        if (found < acked) {
            throw new IllegalStateException(where + ": step " + acked + " was acknowledged, " + found + " is there");
        }
    }

    /** {@code ROUNDS DIRECTORY SEED}: that many random kills, then at the calls of a short run. */
    public static void main(String[] args) throws Exception {
        PrintStream out = System.out;
        int rounds = Integer.parseInt(args[0]);
        CrashRounds crash = new CrashRounds(Path.of(args[1]), Long.parseLong(args[2]));
        for (int round = 1; round <= rounds; round++) {
            if (round % 10 == 0) {
                crash.killKeyringAtRandom();
            } else if (round % 10 == 5) {
                crash.killReplacementAtRandom();
            } else {
                crash.killAtRandom();
            }
        }
        out.println("random kills: " + rounds + ", acknowledgements checked: " + crash.acknowledged());
        for (String mode : List.of("store", "replace", "keyring")) {
            for (String call : CALLS) {
                out.println(
                        mode + ": killed at " + crash.killAtEvery(mode, call) + " " + call + " calls, nothing lost");
            }
        }
    }
}
