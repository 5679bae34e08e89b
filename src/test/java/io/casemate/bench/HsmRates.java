package io.casemate.bench;

import io.casemate.crypto.KeyKind;
import io.casemate.crypto.Signer;
import io.casemate.hsm.Hsm;
import io.casemate.hsm.HsmSettings;
import io.casemate.hsm.TokenSelector;
import io.casemate.hsm.WrappingKey;
import io.casemate.hsm.WrappingKeySettings;
import io.casemate.hsm.broker.BrokerHsm;
import io.casemate.kernel.FaultException;
import io.casemate.kernel.SecretBytes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;

/**
 * Operations a second through our layers: {@code none|process MODULE LABEL PINFILE OPERATION THREADS SECONDS COMMAND...}, where
 * COMMAND starts the broker. The same keys and operations as tests/bench/hsm.c, on virtual threads as in the server.
 */
public final class HsmRates {
    private static final int WARM_UP_SECONDS = 3;

    private HsmRates() {}

    /** Prints operations a second, and the microseconds of processor time of one. */
    public static void main(String[] words) throws InterruptedException {
        Path pin = Path.of(words[3]);
        HsmSettings settings = HsmSettings.of(Path.of(words[1]), TokenSelector.label(words[2]), () -> read(pin));
        List<String> command = Arrays.asList(words).subList(7, words.length);
        try (Hsm hsm = words[0].equals("none")
                ? Hsm.open(settings, new SecureRandom())
                : BrokerHsm.start(settings, "file://" + pin, command, pin.getParent())) {
            System.out.println(rate(operation(hsm, words[4]), Integer.parseInt(words[5]), Integer.parseInt(words[6])));
        }
    }

    private static Runnable operation(Hsm hsm, String name) {
        if (name.equals("unwrap")) {
            WrappingKey key = hsm.wrappingKey(WrappingKeySettings.automatic("root", true));
            byte[] context = new byte[32];
            WrappingKey.Wrapped wrapped;
            try (SecretBytes secret = SecretBytes.owning(new byte[32])) {
                wrapped = key.wrap(secret, context);
            }
            return () -> key.unwrap(wrapped, context).close();
        }
        boolean ec = name.equals("ec");
        Signer signer = signer(hsm, name, ec ? KeyKind.EC_P256 : KeyKind.RSA_2048);
        byte[] message = new byte[500];
        return () -> signer.sign(ec ? "SHA256withECDSA" : "SHA256withRSA", message);
    }

    private static Signer signer(Hsm hsm, String name, KeyKind kind) {
        try {
            return hsm.signers().named(name);
        } catch (FaultException absent) {
            return hsm.signers().generate(name, kind);
        }
    }

    private static String rate(Runnable work, int threads, int seconds) throws InterruptedException {
        LongAdder done = new LongAdder();
        List<Thread> running = java.util.stream.IntStream.range(0, threads)
                .mapToObj(_ -> Thread.ofVirtual().start(() -> {
                    while (!Thread.currentThread().isInterrupted()) {
                        try {
                            work.run();
                            done.increment();
                        } catch (FaultException interrupted) {
                            return;
                        }
                    }
                }))
                .toList();
        Thread.sleep(WARM_UP_SECONDS * 1000L);
        long before = done.sum();
        long begun = processorMicros();
        Thread.sleep(seconds * 1000L);
        long after = done.sum();
        long used = processorMicros() - begun;
        running.forEach(Thread::interrupt);
        for (Thread each : running) {
            each.join();
        }
        return "%d %.1f".formatted((after - before) / seconds, (double) used / Math.max(1, after - before));
    }

    /** Of this process and of the HSM's, if it has one. */
    private static long processorMicros() {
        return Stream.concat(
                        Stream.of(ProcessHandle.current()),
                        ProcessHandle.current().children())
                .flatMap(process -> process.info().totalCpuDuration().stream())
                .mapToLong(spent -> spent.toNanos() / 1000)
                .sum();
    }

    private static SecretBytes read(Path pin) {
        try {
            return SecretBytes.ofText(Files.readString(pin).strip());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
