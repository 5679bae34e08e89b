package io.casemate.hsm.broker;

import io.casemate.hsm.HsmSettings;
import io.casemate.kernel.Fault.HsmFailed;
import io.casemate.kernel.SecretBytes;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * What the broker is told first.
 *
 * @param settings how to reach the token; empty for a broker that has a configuration of its own
 * @param refused why the PIN must not be tried
 * @param approved a human has said since that the PIN is right
 */
record Hello(Optional<HsmSettings> settings, Optional<HsmFailed> refused, boolean approved) {
    private static final int MAGIC = 0x434d4842;

    /** The frame; of the PIN only the place goes over. */
    void write(FrameWriter out, String pinReference) {
        out.u8(FrameKind.HELLO).u32(MAGIC).u32(FrameKind.VERSION).flag(settings.isPresent());
        settings.ifPresent(known -> Values.settings(out, known, pinReference));
        out.flag(refused.isPresent());
        refused.ifPresent(failure -> Faults.failure(out, failure));
        out.flag(approved);
    }

    static Hello read(FrameReader in, Function<String, Supplier<SecretBytes>> pins) throws MalformedFrameException {
        if (in.u8() != FrameKind.HELLO || in.u32() != MAGIC) {
            throw new MalformedFrameException("no HELLO at the beginning");
        }
        int version = in.u32();
        if (version != FrameKind.VERSION) {
            throw new MalformedFrameException("version " + version + " of the protocol; this broker speaks "
                    + FrameKind.VERSION + ": restart both from one installation");
        }
        Optional<HsmSettings> settings = in.flag() ? Optional.of(Values.settings(in, pins)) : Optional.empty();
        Optional<HsmFailed> refused = in.flag() ? Optional.of(Faults.failure(in)) : Optional.empty();
        boolean approved = in.flag();
        in.end();
        return new Hello(settings, refused, approved);
    }
}
