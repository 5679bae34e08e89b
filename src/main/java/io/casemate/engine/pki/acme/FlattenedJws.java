package io.casemate.engine.pki.acme;

import io.casemate.json.Json;
import io.casemate.json.JsonLimits;
import io.casemate.kernel.FaultException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Set;

/**
 * A JSON Web Signature in the flattened form, the only one that ACME has (RFC 7515 section 7.2.2, RFC 8555 section 6.2): taken
 * apart, and nothing in it believed.
 */
record FlattenedJws(Map<String, Object> header, byte[] payload, byte[] signingInput, byte[] signature) {
    private static final Set<String> MEMBERS = Set.of("protected", "payload", "signature");
    private static final int LONGEST = 256 << 10;

    /**
     * Takes it apart.
     *
     * @throws Problem {@code malformed}, quoting nothing of it
     */
    static FlattenedJws of(Map<?, ?> members) {
        if (!members.keySet().equals(MEMBERS)) {
            throw ProblemType.MALFORMED.because(
                    "the body must be a JWS in flattened JSON: protected, payload and signature,"
                            + " and no unprotected header");
        }
        String header = text(members, "protected");
        String payload = text(members, "payload");
        Map<String, Object> read = object("protected", bytes("protected", header));
        if (read.containsKey("crit") || read.containsKey("b64")) {
            throw ProblemType.MALFORMED.because("the JWS demands extensions that are not known here");
        }
        return new FlattenedJws(
                read,
                bytes("payload", payload),
                (header + "." + payload).getBytes(StandardCharsets.US_ASCII),
                bytes("signature", text(members, "signature")));
    }

    /** A text of the header; empty when there is none. */
    String header(String name) {
        return header.get(name) instanceof String text ? text : "";
    }

    /** Bytes as JSON. */
    static Map<String, Object> object(String what, byte[] json) {
        try {
            return Json.object(json, JsonLimits.NESTED);
        } catch (FaultException e) {
            throw ProblemType.MALFORMED.because(what + " is not a JSON object").causedBy(e);
        }
    }

    /** Text as bytes: base64url without padding. */
    static byte[] bytes(String what, String text) {
        try {
            if (text.indexOf('=') < 0) {
                return Base64.getUrlDecoder().decode(text);
            }
        } catch (IllegalArgumentException e) {
            // Answered below: the text of the exception quotes what was sent.
        }
        throw ProblemType.MALFORMED.because(what + " is not base64url without padding");
    }

    private static String text(Map<?, ?> members, String name) {
        if (members.get(name) instanceof String text && text.length() <= LONGEST) {
            return text;
        }
        throw ProblemType.MALFORMED.because("the JWS member '" + name + "' must be a string of at most " + LONGEST);
    }
}
