package io.casemate.crypto;

import io.casemate.json.Json;
import io.casemate.json.JsonLimits;
import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/**
 * A JSON Web Token in the compact form (RFC 7519, RFC 7515 section 7.1), taken apart and not verified: nothing in it is true
 * before {@link #signedBy} says so.
 *
 * @param algorithm that the header names
 * @param keyId the header's {@code kid}; empty when there is none
 */
public record SignedJwt(
        JwsAlgorithm algorithm, String keyId, Map<String, Object> claims, byte[] signingInput, byte[] signature) {
    /** Characters of a whole token. */
    public static final int LONGEST = 64 << 10;

    private static final int LONGEST_HEADER = 8 << 10;

    /**
     * Takes a token apart.
     *
     * @throws FaultException {@code BadRequest}, which says what is wrong and quotes nothing of it
     */
    public static SignedJwt parse(String token) {
        if (token.length() > LONGEST) {
            throw Fault.badRequest("the token is longer than " + LONGEST + " characters");
        }
        String[] parts = token.split("\\.", -1);
        if (parts.length == 5) {
            throw Fault.badRequest("the token is encrypted (JWE); only signed ones are taken");
        }
        if (parts.length != 3 || parts[0].length() > LONGEST_HEADER) {
            throw Fault.badRequest("the token is not a JWT: expected three parts with dots between them");
        }
        Map<String, Object> header = object("header", parts[0]);
        if (header.containsKey("crit")) {
            throw Fault.badRequest("the token's header demands extensions ('crit') that are not known here");
        }
        JwsAlgorithm algorithm = JwsAlgorithm.named(header.get("alg") instanceof String name ? name : "")
                .orElseThrow(() -> Fault.badRequest("the token's algorithm is not one with a public key: "
                        + "expected RS, PS or ES with 256, 384 or 512, or EdDSA"));
        return new SignedJwt(
                algorithm,
                header.get("kid") instanceof String id ? id : "",
                object("claims", parts[1]),
                (parts[0] + "." + parts[1]).getBytes(StandardCharsets.US_ASCII),
                bytes("signature", parts[2]));
    }

    /** Whether one of {@code keys} made the signature; a key with another id than the token names is not asked. */
    public boolean signedBy(List<VerificationKey> keys) {
        return keys.stream()
                .filter(key -> keyId.isEmpty() || key.id().isEmpty() || key.id().equals(keyId))
                .filter(key -> key.serves(algorithm))
                .anyMatch(key -> algorithm.verifies(key.key(), signingInput, signature));
    }

    /** Without what it says and its signature. */
    @Override
    public String toString() {
        return "SignedJwt[" + algorithm + "]";
    }

    private static Map<String, Object> object(String part, String text) {
        try {
            return Json.object(bytes(part, text), JsonLimits.NESTED);
        } catch (FaultException e) {
            throw new Fault.BadRequest(List.of("the token's " + part + " cannot be read")).causedBy(e);
        }
    }

    private static byte[] bytes(String part, String text) {
        try {
            if (text.indexOf('=') < 0) {
                return Base64.getUrlDecoder().decode(text);
            }
        } catch (IllegalArgumentException e) {
            // Answered below: the text of the exception quotes the token.
        }
        throw Fault.badRequest("the token's " + part + " is not base64url");
    }
}
