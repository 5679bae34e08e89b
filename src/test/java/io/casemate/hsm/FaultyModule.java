package io.casemate.hsm;

import io.casemate.hsm.jna.CFunction;
import io.casemate.hsm.jna.Ckr;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * tests/hsm/fault.c, compiled and in front of a SoftHSM of its own: counts the calls of each function, and makes the next
 * ones fail or wait. The SoftHSM is a copy of the file, so that what happens here (finalisation, too) touches no other test.
 */
public final class FaultyModule implements AutoCloseable {
    /** How tokens differ from the standard; the numbers of fault.c. */
    public enum Habit {
        TOKEN_WRITES_IV(1),
        TOKEN_APPENDS_IV(2),
        NO_GCM(4),
        NO_CBC(8),
        NO_SECRET_KEYS(16),
        PIN_FINAL_TRY(32),
        PIN_LOCKED(64),
        NO_CBC_PAD(128),
        READ_ONLY(256),
        GCM_UNLISTED(512),
        NO_LIMITS(1024),
        BAD_LENGTHS(2048);

        private final int bit;

        Habit(int bit) {
            this.bit = bit;
        }
    }

    private static final Path SOURCE = Path.of("tests/hsm/fault.c");
    private static final int WORD = Long.BYTES;
    private static final int RULE = 5 * WORD;
    private static final List<CFunction> PLACES = List.of(CFunction.values());

    private final Path directory;
    private final Path module;
    private final MappedByteBuffer rules;

    /** Compiles it. */
    public FaultyModule() throws IOException, InterruptedException {
        directory = Files.createTempDirectory("casemate-fault-");
        module = directory.resolve("fault.so");
        Path behind = Files.copy(SoftHsmFixture.library(), directory.resolve("softhsm.so"));
        Path control = directory.resolve("control");
        int size = (PLACES.size() + 1) * RULE;
        Files.write(control, new byte[size]);
        compile(behind, control);
        try (FileChannel channel = FileChannel.open(control, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            rules = channel.map(FileChannel.MapMode.READ_WRITE, 0, size);
            rules.order(ByteOrder.nativeOrder());
        }
    }

    private void compile(Path behind, Path control) throws IOException, InterruptedException {
        Path log = directory.resolve("gcc.log");
        Process gcc;
        try {
            gcc = new ProcessBuilder(List.of(
                            "gcc",
                            "-shared",
                            "-fPIC",
                            "-O1",
                            "-Wall",
                            "-Werror",
                            "-DBEHIND=\"" + behind + "\"",
                            "-DCONTROL=\"" + control + "\"",
                            "-o",
                            module.toString(),
                            SOURCE.toString(),
                            "-ldl"))
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
        } catch (IOException e) {
            throw new AssertionError("the fault tests need a C compiler: install gcc", e);
        }
        if (!gcc.waitFor(60, TimeUnit.SECONDS) || gcc.exitValue() != 0) {
            throw new AssertionError("gcc does not compile " + SOURCE + ": " + Files.readString(log));
        }
    }

    /** The module to load. */
    public Path path() {
        return module;
    }

    /** A token behind it. */
    public SoftHsmFixture token(String label) {
        return SoftHsmFixture.behind(module, label, SoftHsmFixture.PIN);
    }

    /** The next {@code times} calls answer {@code code} and do nothing. */
    public void fail(CFunction function, Ckr code, long times) {
        set(function, code.code(), 0, 0, times);
    }

    /** The next {@code times} calls are done, and answer {@code code} all the same. */
    public void loseAnswer(CFunction function, Ckr code, long times) {
        set(function, code.code(), 0, 1, times);
    }

    /** The next {@code times} calls wait first. */
    public void delay(CFunction function, Duration delay, long times) {
        set(function, 0, delay.toMillis(), 0, times);
    }

    /** The next {@code times} calls end the process that makes them, as {@code abort()} does. */
    public void abort(CFunction function, long times) {
        set(function, 0, 0, 2, times);
    }

    /** The next {@code times} calls read where no memory is. */
    public void segfault(CFunction function, long times) {
        set(function, 0, 0, 3, times);
    }

    private void set(CFunction function, long answer, long delay, long after, long times) {
        int at = at(function);
        rules.putLong(at + WORD, 0);
        rules.putLong(at + 2 * WORD, answer);
        rules.putLong(at + 3 * WORD, delay);
        rules.putLong(at + 4 * WORD, after);
        rules.putLong(at + WORD, times);
    }

    /** Nothing fails any more, and calls that wait go on. */
    public void heal() {
        PLACES.forEach(function -> set(function, 0, 0, 0, 0));
    }

    /** Calls of the function so far. */
    public long calls(CFunction function) {
        return rules.getLong(at(function));
    }

    /** Gives the token these habits and no others. */
    public void habits(Habit... habits) {
        long bits = 0;
        for (Habit habit : habits) {
            bits |= habit.bit;
        }
        rules.putLong(PLACES.size() * RULE + 2 * WORD, bits);
    }

    private static int at(CFunction function) {
        return PLACES.indexOf(function) * RULE;
    }

    @Override
    public void close() throws IOException {
        heal();
        for (String name : List.of("fault.so", "softhsm.so", "control", "gcc.log")) {
            Files.deleteIfExists(directory.resolve(name));
        }
        Files.delete(directory);
    }
}
