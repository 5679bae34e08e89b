package io.casemate.core;

import io.casemate.barrier.AesGcmBarrier;
import io.casemate.barrier.BootRecords;
import io.casemate.barrier.FakeKeyringStore;
import io.casemate.barrier.Snapshots;
import io.casemate.barrier.View;
import io.casemate.kernel.Fault;
import io.casemate.kernel.SecretBytes;
import io.casemate.seal.AutoSeal;
import io.casemate.seal.Seal;
import io.casemate.seal.SealSet;
import io.casemate.seal.ShamirSeal;
import io.casemate.seal.ShareText;
import io.casemate.storage.memory.FaultyStorage;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
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
    public final FaultyStorage storage = new FaultyStorage();
    /** What stays when the process goes. */
    public final FakeKeyringStore keyring = new FakeKeyringStore();

    final List<String> events = new ArrayList<>();
    final SealSet seals;
    volatile Duration clockAhead = Duration.ZERO;
    volatile boolean stageFails;
    volatile boolean tokenFails;
    int rootTokens;

    private AesGcmBarrier barrier;
    private Unsealer unsealer;
    private SealWatch watch;
    private SealParts parts;
    private Initialiser initialiser;
    private RootGeneration generation;
    private Rekey rootRekey;
    private Rekey recoveryRekey;
    private RootKeyRotation rotation;

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
        return quorum(1, devices);
    }

    /** The same, of which so many are needed to open. */
    public static SealSet quorum(int needed, AutoSeal... devices) {
        return SealSet.of(
                new ShamirSeal(new SecureRandom()),
                IntStream.range(0, devices.length)
                        .mapToObj(i -> new SealSet.Device(devices[i], i + 1, false))
                        .toList(),
                needed);
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
        BootRecords records = new BootRecords(keyring, storage);
        barrier = new AesGcmBarrier(storage, records, 1 << 16, random, clock);
        Lifecycle lifecycle = new Lifecycle(List.of(new Ceremonies(), new Recorder("one"), new Recorder("two")));
        parts = new SealParts(barrier, records, other, lifecycle, random, clock);
        unsealer = new Unsealer(parts, FAST);
        if (watch != null) {
            watch.close();
        }
        watch = new SealWatch(parts, unsealer, WATCHFUL);
        initialiser = new Initialiser(parts, unsealer, this::rootToken);
        generation = new RootGeneration(parts, unsealer, new Tokens());
        rootRekey = Rekey.ofRootKey(parts, unsealer);
        recoveryRekey = Rekey.ofRecoveryKey(parts, unsealer);
        rotation = new RootKeyRotation(parts, unsealer);
    }

    /** The process ends in good order. */
    public void stop() {
        watch.close();
        unsealer.close();
    }

    /** The same, and another one starts and opens by itself. */
    public void reboot(SealSet other) {
        stop();
        restart(other);
        unsealer.start();
        watch.start();
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

    /** What the watch does, at the word of a test. */
    Rewrapper rewrapper() {
        return new Rewrapper(parts, unsealer.opener());
    }

    /** What makes emergency shares in the running process. */
    EmergencyShares emergency(boolean allowed) {
        return new EmergencyShares(parts, unsealer, allowed);
    }

    /** The initialiser of the running process. */
    public Initialiser initialiser() {
        return initialiser;
    }

    /** Root tokens by agreement, in the running process. */
    public RootGeneration generation() {
        return generation;
    }

    /** Snapshots of the running process, which wait in {@code directory}. */
    Restoration restoration(Path directory) {
        Snapshots snapshots = new Snapshots(storage, parts.records(), directory, parts.random());
        return new Restoration(parts, unsealer, snapshots, new ProductInfo("1.19.5", "0.1.0", "", "fake", "test"));
    }

    /** New root key, and new shares of the unseal key. */
    public Rekey rootRekey() {
        return rootRekey;
    }

    /** New recovery shares. */
    public Rekey recoveryRekey() {
        return recoveryRekey;
    }

    /** New root key without shares. */
    public RootKeyRotation rotation() {
        return rotation;
    }

    BootRecords records() {
        return parts.records();
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

    /** Two stages' worth of what the wiring does. */
    private final class Ceremonies implements Lifecycle.Stage {
        @Override
        public String name() {
            return "ceremonies";
        }

        @Override
        public void start() {}

        @Override
        public void stop() {
            generation.forget();
            rootRekey.forget();
            recoveryRekey.forget();
        }
    }

    /** Root tokens that are no tokens: counted. */
    private final class Tokens implements RootTokenIssuer {
        @Override
        public SecretBytes create() {
            rootTokens++;
            return SecretBytes.ofText("hvs.0123456789abcdefABCDEFGH");
        }

        @Override
        public void revoke(SecretBytes token) {
            rootTokens--;
        }
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
