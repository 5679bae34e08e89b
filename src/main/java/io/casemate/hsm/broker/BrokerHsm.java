package io.casemate.hsm.broker;

import io.casemate.crypto.KeyKind;
import io.casemate.crypto.Signer;
import io.casemate.crypto.Signers;
import io.casemate.hsm.Hsm;
import io.casemate.hsm.HsmEvidence;
import io.casemate.hsm.HsmHealth;
import io.casemate.hsm.HsmSettings;
import io.casemate.hsm.SlotDescription;
import io.casemate.hsm.WrappingKey;
import io.casemate.hsm.WrappingKeySettings;
import io.casemate.kernel.FaultException;
import io.casemate.kernel.SecretBytes;
import java.nio.file.Path;
import java.security.PublicKey;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A token whose library runs in a process of its own. The library's crash or hang costs that process; a new one is started,
 * and what was asked of the old one is asked again where that does no harm. Calls answer within their deadline and a second.
 */
public final class BrokerHsm implements Hsm {
    private final PinMemory pin = new PinMemory();
    private final HsmSettings settings;
    private final BrokerKeeper keeper;
    private final BrokerCalls calls;

    BrokerHsm(HsmSettings settings, BrokerLauncher launcher, String pinReference, boolean told) {
        this.settings = settings;
        Optional<HsmSettings> sent = told ? Optional.of(settings) : Optional.empty();
        this.keeper = new BrokerKeeper(
                launcher, pin, out -> new Hello(sent, pin.refused(), pin.approved()).write(out, pinReference));
        this.calls = new BrokerCalls(keeper, pin, settings);
        keeper.start();
    }

    /**
     * Starts a broker in the background; returns at once and never fails.
     *
     * @param pinReference where the broker finds the PIN; the settings' own PIN is not asked here
     * @param command the broker's, which is completed by {@code --connect SOCKET}
     * @param runtime directory for the socket while the broker starts
     */
    public static BrokerHsm start(HsmSettings settings, String pinReference, List<String> command, Path runtime) {
        return new BrokerHsm(settings, new ChildBroker(command, runtime), pinReference, true);
    }

    /** Uses a broker that listens at {@code socket} and has library, token and PIN from a configuration of its own. */
    public static BrokerHsm connect(HsmSettings settings, Path socket) {
        return new BrokerHsm(settings, new UnitBroker(socket), "", false);
    }

    @Override
    public WrappingKey wrappingKey(WrappingKeySettings key) {
        return new Key(key);
    }

    @Override
    public Signers signers() {
        return new Pairs();
    }

    @Override
    public void random(byte[] out) {
        try (SecretBytes made = calls.ask(Op.RANDOM, frame -> frame.u32(out.length), FrameReader::secret)) {
            System.arraycopy(made.expose(), 0, out, 0, out.length);
        }
    }

    @Override
    public HsmHealth health() {
        try {
            return calls.ask(Op.HEALTH, _ -> {}, Values::health);
        } catch (FaultException e) {
            return new HsmHealth(
                    false,
                    false,
                    "",
                    "",
                    "",
                    "",
                    "",
                    pin.refused().isPresent() ? HsmHealth.PinState.REFUSED : HsmHealth.PinState.UNKNOWN,
                    0,
                    0,
                    e.getMessage());
        }
    }

    @Override
    public List<SlotDescription> slots() {
        return calls.ask(Op.SLOTS, _ -> {}, Values::slots);
    }

    @Override
    public HsmEvidence evidence() {
        return calls.ask(Op.EVIDENCE, generation(), _ -> {}, EvidenceValues::read);
    }

    /** Told to the broker there is, or to the next one by its greeting: one that cannot be told now is replaced. */
    @Override
    public void pinCorrected() {
        pin.corrected();
        try {
            calls.ask(Op.PIN_CORRECTED, Duration.ofSeconds(1), _ -> {}, _ -> true);
        } catch (FaultException e) {
            System.getLogger("casemate.hsm")
                    .log(System.Logger.Level.DEBUG, "the next process of the HSM hears it: {0}", e.getMessage());
            keeper.outdate();
        }
    }

    @Override
    public void close() {
        keeper.close();
    }

    private Duration generation() {
        return settings.callTimeout().multipliedBy(HsmSettings.GENERATION_FACTOR);
    }

    private final class Key implements WrappingKey {
        private final WrappingKeySettings key;

        Key(WrappingKeySettings key) {
            this.key = key;
        }

        @Override
        public Wrapped wrap(SecretBytes secret, byte[] context) {
            return calls.ask(
                    Op.WRAP,
                    generation(),
                    frame -> {
                        Values.key(frame, key);
                        frame.secret(secret).bytes(context);
                    },
                    Values::wrapped);
        }

        @Override
        public SecretBytes unwrap(Wrapped wrapped, byte[] context) {
            return calls.ask(
                    Op.UNWRAP,
                    frame -> {
                        Values.key(frame, key);
                        Values.wrapped(frame, wrapped);
                        frame.bytes(context);
                    },
                    FrameReader::secret);
        }
    }

    private final class Pairs implements Signers {
        @Override
        public Signer named(String name, String id) {
            return new Pair(
                    name,
                    id,
                    calls.ask(Op.FIND_SIGNER, frame -> frame.text(name).text(id), PublicHalf::read));
        }

        @Override
        public Signer generate(String name, KeyKind kind) {
            return new Pair(
                    name,
                    "",
                    calls.ask(
                            Op.GENERATE_SIGNER,
                            generation(),
                            frame -> frame.text(name).text(kind.name()),
                            PublicHalf::read));
        }
    }

    private final class Pair implements Signer {
        private final String name;
        private final String id;
        private final PublicHalf half;
        private final byte[] fingerprint;

        Pair(String name, String id, PublicHalf half) {
            this.name = name;
            this.id = id;
            this.half = half;
            this.fingerprint = PublicHalf.fingerprint(half.key());
        }

        @Override
        public KeyKind kind() {
            return half.kind();
        }

        @Override
        public PublicKey publicKey() {
            return half.key();
        }

        @Override
        public byte[] sign(String algorithm, byte[] message) {
            return calls.ask(
                    Op.SIGN,
                    frame -> frame.text(name)
                            .text(id)
                            .bytes(fingerprint)
                            .text(algorithm)
                            .bytes(message),
                    FrameReader::bytes);
        }
    }
}
