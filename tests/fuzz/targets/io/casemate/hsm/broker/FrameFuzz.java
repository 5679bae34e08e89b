package io.casemate.hsm.broker;

import io.casemate.kernel.FaultException;
import java.util.Arrays;
import java.util.List;

/** A message between the server and the HSM's process, in both directions: read, or refused as malformed. */
public final class FrameFuzz {
    /** What reads a kind of message. */
    private interface Parser {
        Object read(FrameReader in) throws MalformedFrameException;
    }

    private static final List<Parser> PARSERS = List.of(
            in -> Hello.read(in, _ -> () -> null),
            Values::key,
            Values::wrapped,
            Values::health,
            Values::slots,
            Faults::read,
            Faults::failure,
            PublicHalf::read);

    private FrameFuzz() {}

    /** One input: which message, and its body. */
    public static void fuzzerTestOneInput(byte[] input) {
        if (input.length == 0) {
            return;
        }
        Parser parser = PARSERS.get((input[0] & 0xff) % PARSERS.size());
        try (FrameReader in = new FrameReader(Arrays.copyOfRange(input, 1, input.length))) {
            parser.read(in);
        } catch (MalformedFrameException | FaultException e) {
            return; // no message, or one whose values are none: the two ways to refuse
        }
    }
}
