package io.casemate.hsm.broker;

import io.casemate.hsm.HsmHealth;
import io.casemate.hsm.HsmHealth.PinState;
import io.casemate.hsm.HsmSettings;
import io.casemate.hsm.SlotDescription;
import io.casemate.hsm.TokenSelector;
import io.casemate.hsm.WrappingKey.Wrapped;
import io.casemate.hsm.WrappingKeySettings;
import io.casemate.kernel.SecretBytes;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

/** The records of the hsm room as bytes and back. Reading may also throw the fault of a record that is not valid. */
final class Values {
    private static final int MOST_SLOTS = 1 << 16;
    private static final int MOST_SELECTORS = 3;

    private Values() {}

    /** Everything but the PIN, of which only the place goes over: {@code pinReference}. */
    static void settings(FrameWriter out, HsmSettings settings, String pinReference) {
        out.text(settings.library().toString()).text(settings.initArguments());
        token(out, settings.token());
        out.text(pinReference)
                .u32(settings.maxSessions())
                .flag(settings.forceReadWrite())
                .u64(settings.callTimeout().toMillis());
    }

    private static void token(FrameWriter out, TokenSelector token) {
        switch (token) {
            case TokenSelector.Label(String label) -> out.u8(1).text(label);
            case TokenSelector.Serial(String serial) -> out.u8(2).text(serial);
            case TokenSelector.Slot(long id) -> out.u8(3).u64(id);
            case TokenSelector.All(List<TokenSelector> selectors) -> {
                out.u8(4).u32(selectors.size());
                selectors.forEach(one -> token(out, one));
            }
        }
    }

    private static TokenSelector token(FrameReader in, int depth) throws MalformedFrameException {
        return switch (in.u8()) {
            case 1 -> TokenSelector.label(in.text());
            case 2 -> TokenSelector.serial(in.text());
            case 3 -> new TokenSelector.Slot(in.u64());
            case 4 -> {
                List<TokenSelector> selectors = new ArrayList<>();
                for (int left = in.number(0, depth * MOST_SELECTORS); left > 0; left--) {
                    selectors.add(token(in, 0));
                }
                yield new TokenSelector.All(selectors);
            }
            default -> throw new MalformedFrameException("an unknown kind of token selector");
        };
    }

    static HsmSettings settings(FrameReader in, Function<String, Supplier<SecretBytes>> pins)
            throws MalformedFrameException {
        Path library = path(in.text());
        String arguments = in.text();
        TokenSelector token = token(in, 1);
        String pin = in.text();
        int sessions = in.u32();
        boolean forceReadWrite = in.flag();
        Duration timeout = Duration.ofMillis(in.u64());
        return new HsmSettings(library, arguments, token, pins.apply(pin), sessions, forceReadWrite, timeout);
    }

    private static Path path(String text) throws MalformedFrameException {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new MalformedFrameException("a path that is none");
        }
    }

    static void key(FrameWriter out, WrappingKeySettings key) {
        out.text(key.keyLabel()).text(key.keyId());
        out.text(key.hmacKeyLabel()).text(key.hmacKeyId());
        out.text(key.defaultKeyLabel()).text(key.defaultHmacKeyLabel());
        out.text(key.mechanism()).text(key.rsaOaepHash());
        out.flag(key.rsaEncryptLocal()).flag(key.generate());
    }

    static WrappingKeySettings key(FrameReader in) throws MalformedFrameException {
        return new WrappingKeySettings(
                in.text(), in.text(), in.text(), in.text(), in.text(), in.text(), in.text(), in.text(), in.flag(),
                in.flag());
    }

    static void wrapped(FrameWriter out, Wrapped wrapped) {
        out.text(wrapped.profile()).text(wrapped.keyLabel()).text(wrapped.keyId());
        out.text(wrapped.token()).bytes(wrapped.ciphertext());
    }

    static Wrapped wrapped(FrameReader in) throws MalformedFrameException {
        return new Wrapped(in.text(), in.text(), in.text(), in.text(), in.bytes());
    }

    static void health(FrameWriter out, HsmHealth health) {
        out.flag(health.reachable()).flag(health.loggedIn());
        out.text(health.tokenLabel()).text(health.serial()).text(health.model()).text(health.firmware());
        out.text(health.library()).text(health.pin().name());
        out.u32(health.openSessions()).u32(health.stuckCalls()).text(health.lastError());
    }

    static HsmHealth health(FrameReader in) throws MalformedFrameException {
        return new HsmHealth(
                in.flag(),
                in.flag(),
                in.text(),
                in.text(),
                in.text(),
                in.text(),
                in.text(),
                in.word(PinState.class),
                in.u32(),
                in.u32(),
                in.text());
    }

    static void slots(FrameWriter out, List<SlotDescription> slots) {
        out.u32(slots.size());
        for (SlotDescription slot : slots) {
            out.text(slot.id()).text(slot.description()).text(slot.tokenLabel());
            out.text(slot.serial()).text(slot.model()).flag(slot.initialized());
        }
    }

    static List<SlotDescription> slots(FrameReader in) throws MalformedFrameException {
        int count = in.number(0, MOST_SLOTS);
        List<SlotDescription> slots = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            slots.add(new SlotDescription(in.text(), in.text(), in.text(), in.text(), in.text(), in.flag()));
        }
        return slots;
    }
}
