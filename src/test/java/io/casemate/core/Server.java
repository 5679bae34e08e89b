package io.casemate.core;

import io.casemate.barrier.AesGcmBarrier;
import io.casemate.barrier.BootRecords;
import io.casemate.barrier.FakeKeyringStore;
import io.casemate.barrier.FakeStorage;
import io.casemate.barrier.View;
import io.casemate.kernel.Fault;
import io.casemate.kernel.SecretBytes;
import io.casemate.seal.AutoSeal;
import io.casemate.seal.Seal;
import io.casemate.seal.SealSet;
import io.casemate.seal.ShamirSeal;
import io.casemate.seal.ShareText;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** The sealing half of a server on fakes, with two stages that write down what they do; can be lost and started again. */
public final class Server {
    static final RetryDelays FAST = new RetryDelays(Duration.ofMillis(1), Duration.ofMillis(2), Duration.ofMillis(2));

    private static final SealWatch.Times WATCHFUL = new SealWatch.Times(Duration.ofMillis(5), Duration.ofMillis(2));

    /** What stays when the process goes. */
    public final FakeStorage storage = new FakeStorage();
    /** What stays when the process goes. */
    public final FakeKeyringStore keyring = new FakeKeyringStore();

    final List<String> events = new ArrayList<>();
    final SealSet seals;
    volatile Duration clockAhead = Duration.ZERO;
    volatile boolean stageFails;
    volatile boolean tokenFails;

    private AesGcmBarrier barrier;
    private Unsealer unsealer;
    private SealWatch watch;
    private Initialiser initialiser;

    private Server(SealSet seals) {
        this.seals = seals;
        restart();
    }

    /** With shares. */
    public static Server shamir() {
        return new Server(SealSet.shamir(new ShamirSeal(new SecureRandom())));
    }

    /** With a device. */
    public static Server auto(AutoSeal device) {
        return of(devices(device));
    }

    /** With any seals. */
    public static Server of(SealSet seals) {
        return new Server(seals);
    }

    /** Devices in the order of their priority. */
    public static SealSet devices(AutoSeal... devices) {
        return SealSet.of(
                new ShamirSeal(new SecureRandom()),
                IntStream.range(0, devices.length)
                        .mapToObj(i -> new SealSet.Device(devices[i], i + 1, false))
                        .toList());
    }

    /** The process is lost and another one starts; nothing is told to anybody. */
    void restart() {
        restart(seals);
    }

    /** The same with another seal configured. */
    public void restart(Seal other) {
        restart(
                switch (other) {
                    case ShamirSeal people -> SealSet.shamir(people);
                    case AutoSeal device -> devices(device);
                });
    }

    /** The same with other seals configured. */
    public void restart(SealSet other) {
        SecureRandom random = new SecureRandom();
        InstantSource clock = () -> Instant.now().plus(clockAhead);
        BootRecords records = new BootRecords(keyring);
        barrier = new AesGcmBarrier(storage, records, 1 << 16, random, clock);
        Lifecycle lifecycle = new Lifecycle(List.of(new Recorder("one"), new Recorder("two")));
        SealParts parts = new SealParts(barrier, records, other, lifecycle, random, clock);
        unsealer = new Unsealer(parts, FAST);
        if (watch != null) {
            watch.close();
        }
        watch = new SealWatch(parts, unsealer, WATCHFUL);
        initialiser = new Initialiser(parts, unsealer, this::rootToken);
    }

    /** The barrier of the running process. */
    public AesGcmBarrier barrier() {
        return barrier;
    }

    /** The unsealer of the running process. */
    public Unsealer unsealer() {
        return unsealer;
    }

    /** The watch of the running process, not started. */
    public SealWatch watch() {
        return watch;
    }

    /** The initialiser of the running process. */
    public Initialiser initialiser() {
        return initialiser;
    }

    View view() {
        return barrier.view("t/");
    }

    Optional<String> read(String key) {
        return view().get(key).map(bytes -> new String(bytes, StandardCharsets.UTF_8));
    }

    /** Initialises; the shares in hexadecimal. */
    public List<String> initialise(InitRequest request) {
        try (InitResult result = initialiser.initialise(request)) {
            return result.shares().hex();
        }
    }

    /** Gives one share in hexadecimal or base64. */
    public SealStatus offer(String share) {
        return unsealer.offer(ShareText.parse(share));
    }

    private SecretBytes rootToken() {
        if (tokenFails) {
            throw new Fault.RateLimited(Duration.ZERO).asException();
        }
        view().put("root", "token".getBytes(StandardCharsets.UTF_8));
        return SecretBytes.ofText("hvs.root");
    }

    private final class Recorder implements Lifecycle.Stage {
        private final String name;

        Recorder(String name) {
            this.name = name;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public void start() {
            if (stageFails && name.equals("two")) {
                throw new Fault.UpstreamFailed("stage two").asException();
            }
            view().put("stage-" + name, new byte[1]);
            events.add("+" + name);
        }

        @Override
        public void stop() {
            events.add("-" + name);
        }
    }
}
