package io.casemate.storage.crash;

import io.casemate.storage.Storage;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Writes of which every state that may be seen is known. Lane {@code L} at step {@code n} puts {@code n} under three
 * keys, adds {@code history/n} and drops {@code history/(n - WINDOW)}, all in one transaction. So any state is checked
 * whole: the three agree on some {@code m}, the history is exactly {@code m - WINDOW + 1 .. m}, every value is the one
 * derived from lane and step.
 */
public final class CrashWorkload {
    private static final int WINDOW = 40;
    private static final List<String> HEADS = List.of("alpha", "mu", "zulu");

    private CrashWorkload() {}

    /** Works for ever (or {@code steps} steps), one line {@code "lane step"} to {@code out} after each return. */
    public static void run(Storage storage, int lane, int steps, OutputStream out) throws IOException {
        int step = state(storage, lane);
        for (int i = 0; i < steps; i++) {
            int next = ++step;
            storage.transact(tx -> {
                write(tx, lane, next);
                return null;
            });
            byte[] line = (lane + " " + next + "\n").getBytes(StandardCharsets.US_ASCII);
            synchronized (out) {
                out.write(line);
                out.flush();
            }
        }
    }

    private static void write(Storage.Transaction tx, int lane, int step) {
        for (String head : HEADS) {
            tx.put(head + "/" + lane, ByteBuffer.allocate(4).putInt(step).array());
        }
        tx.put(history(lane, step), value(lane, step));
        if (step > WINDOW) {
            tx.delete(history(lane, step - WINDOW));
        }
    }

    private static String history(int lane, int step) {
        return "history/%d/%08d".formatted(lane, step);
    }

    private static byte[] value(int lane, int step) {
        SplittableRandom random = new SplittableRandom(lane * 1_000_003L + step);
        byte[] value = new byte[random.nextInt(20) == 0 ? 60_000 : random.nextInt(900)];
        random.nextBytes(value);
        return value;
    }

    /** The step {@code lane} is at; throws when the state is none that any run of transactions leaves. */
    public static int state(Storage storage, int lane) {
        List<Integer> heads = HEADS.stream()
                .map(head -> storage.get(head + "/" + lane)
                        .map(v -> ByteBuffer.wrap(v).getInt())
                        .orElse(0))
                .distinct()
                .toList();
        if (heads.size() != 1) {
            throw new IllegalStateException("half a transaction in lane " + lane + ": " + heads);
        }
        int step = heads.getFirst();
        List<String> expected = new ArrayList<>();
        for (int n = Math.max(1, step - WINDOW + 1); n <= step; n++) {
            expected.add(history(lane, n));
            requireValue(storage, lane, n);
        }
        List<String> found = storage.list("history/" + lane + "/", "", 10_000);
        if (!found.equals(expected)) {
            throw new IllegalStateException("lane " + lane + " at step " + step + " has history " + found);
        }
        return step;
    }

    private static void requireValue(Storage storage, int lane, int step) {
        byte[] found = storage.get(history(lane, step))
                .orElseThrow(() -> new IllegalStateException("lost: lane " + lane + " step " + step));
        if (!Arrays.equals(found, value(lane, step))) {
            throw new IllegalStateException("wrong bytes: lane " + lane + " step " + step);
        }
    }
}
