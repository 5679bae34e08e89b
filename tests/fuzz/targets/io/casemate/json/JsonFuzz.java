package io.casemate.json;

import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import java.util.Arrays;
import java.util.Map;

/** A request's body: read whole or refused, and what was written from it is read again as the same. */
public final class JsonFuzz {
    private JsonFuzz() {}

    /** One input. */
    public static void fuzzerTestOneInput(byte[] input) {
        Map<String, Object> read;
        try {
            read = Json.object(input);
        } catch (FaultException e) {
            if (!(e.fault() instanceof Fault.BadRequest)) {
                throw e;
            }
            return;
        }
        byte[] written = Json.bytes(read);
        if (!Arrays.equals(written, Json.bytes(Json.object(written)))) {
            throw new AssertionError("read again it is something else: " + read);
        }
    }
}
