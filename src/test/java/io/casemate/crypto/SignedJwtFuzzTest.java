package io.casemate.crypto;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.json.Json;
import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Whatever strangers send as a token or issuers as a key set: an answer or a refusal, and never a wrong yes. */
class SignedJwtFuzzTest {
    private static final int ROUNDS = 40_000;

    /** RFC 8037 appendix A: the key, and its signature of {@code Example of Ed25519 signing}. */
    private static final String SET = """
            {"keys":[{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}""";

    private static final String SIGNED = "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc";
    private static final String SIGNATURE =
            "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";

    private final SplittableRandom random = new SplittableRandom(20261122);

    @Test
    void theStandardsOwnExampleVerifies() {
        List<VerificationKey> keys = VerificationKey.set(SET.getBytes(StandardCharsets.UTF_8));
        assertEquals(1, keys.size());
        byte[] signature = Base64.getUrlDecoder().decode(SIGNATURE);
        byte[] input = SIGNED.getBytes(StandardCharsets.US_ASCII);
        assertTrue(JwsAlgorithm.EDDSA.verifies(keys.getFirst().key(), input, signature));
        signature[5] ^= 1;
        assertFalse(JwsAlgorithm.EDDSA.verifies(keys.getFirst().key(), input, signature));
        for (JwsAlgorithm other : JwsAlgorithm.values()) {
            assertEquals(other == JwsAlgorithm.EDDSA, keys.getFirst().serves(other));
        }
    }

    @Test
    void mutatedTokensAreReadOrRefused() {
        List<VerificationKey> keys = VerificationKey.set(SET.getBytes(StandardCharsets.UTF_8));
        Base64.Encoder url = Base64.getUrlEncoder().withoutPadding();
        String whole = url.encodeToString(Json.bytes(Map.of("alg", "EdDSA", "kid", "k"))) + "."
                + url.encodeToString(Json.bytes(Map.of("sub", "ann", "exp", 5L))) + "." + SIGNATURE;
        int read = 0;
        for (int i = 0; i < ROUNDS; i++) {
            String token = mutated(whole);
            Optional<SignedJwt> jwt = parsed(token);
            assertFalse(jwt.filter(each -> each.signedBy(keys)).isPresent(), token);
            read += jwt.isPresent() ? 1 : 0;
        }
        assertTrue(read > ROUNDS / 100, "the mutations get past the first look");
    }

    @Test
    void mutatedKeySetsAreReadOrRefused() {
        for (int i = 0; i < ROUNDS / 4; i++) {
            byte[] set = mutated(SET).getBytes(StandardCharsets.UTF_8);
            try {
                VerificationKey.set(set).forEach(key -> key.serves(JwsAlgorithm.EDDSA));
            } catch (FaultException e) {
                assertInstanceOf(Fault.BadRequest.class, e.fault());
            }
        }
    }

    private static Optional<SignedJwt> parsed(String token) {
        try {
            return Optional.of(SignedJwt.parse(token));
        } catch (FaultException e) {
            assertInstanceOf(Fault.BadRequest.class, e.fault(), token);
            assertFalse(
                    e.fault().toString().contains(token.substring(0, Math.min(12, token.length())))
                            && token.length() > 12,
                    "quotes the token");
            return Optional.empty();
        }
    }

    private String mutated(String text) {
        StringBuilder out = new StringBuilder(text);
        for (int changes = random.nextInt(1, 4); changes > 0 && !out.isEmpty(); changes--) {
            int at = random.nextInt(out.length());
            switch (random.nextInt(6)) {
                case 0 -> out.setCharAt(at, (char) random.nextInt(0x20, 0x7f));
                case 1 -> out.deleteCharAt(at);
                case 2 -> out.insert(at, (char) random.nextInt(0, 0x300));
                case 3 -> out.setLength(at);
                case 4 -> out.insert(at, out.substring(random.nextInt(out.length())));
                default -> out.insert(at, ".");
            }
        }
        return out.toString();
    }
}
