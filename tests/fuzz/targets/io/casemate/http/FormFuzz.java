package io.casemate.http;

import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import java.nio.charset.StandardCharsets;

/** A query or a form: read, or refused as a bad request. */
public final class FormFuzz {
    private FormFuzz() {}

    /** One input. */
    public static void fuzzerTestOneInput(byte[] input) {
        try {
            FormData.parse(new String(input, StandardCharsets.UTF_8));
        } catch (FaultException e) {
            if (!(e.fault() instanceof Fault.BadRequest)) {
                throw e;
            }
        }
    }
}
