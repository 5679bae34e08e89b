package io.casemate.engine.pki.issue;

import io.casemate.crypto.Pem;
import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import java.nio.charset.StandardCharsets;

/** A certification request, as PEM text and as the bytes inside: read, or refused as a bad request. */
public final class CsrFuzz {
    private CsrFuzz() {}

    /** One input. */
    public static void fuzzerTestOneInput(byte[] input) {
        parse(new String(input, StandardCharsets.ISO_8859_1));
        parse(Pem.encode("CERTIFICATE REQUEST", input));
    }

    private static void parse(String pem) {
        try {
            Csr.parse(pem);
        } catch (FaultException e) {
            if (!(e.fault() instanceof Fault.BadRequest)) {
                throw e;
            }
        }
    }
}
