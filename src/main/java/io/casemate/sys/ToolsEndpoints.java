package io.casemate.sys;

import io.casemate.crypto.NoiseSource;
import io.casemate.engine.Endpoint;
import io.casemate.engine.Endpoint.Exchange;
import io.casemate.engine.Field;
import io.casemate.engine.Fields;
import io.casemate.kernel.Fault;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Response;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code sys/tools/*}: random bytes and hashes for those who have nothing better at hand. */
public final class ToolsEndpoints {
    private static final long MOST_BYTES = 128 << 10;

    /** Most that is asked of an HSM at once. */
    private static final int PIECE = 1024;

    private static final Map<String, String> ALGORITHMS = Map.of(
            "sha2-224", "SHA-224",
            "sha2-256", "SHA-256",
            "sha2-384", "SHA-384",
            "sha2-512", "SHA-512",
            "sha3-224", "SHA3-224",
            "sha3-256", "SHA3-256",
            "sha3-384", "SHA3-384",
            "sha3-512", "SHA3-512");

    private final SecureRandom random;
    private final Optional<NoiseSource> hsm;

    /** @param hsm what {@code source=seal} draws from, if there is one */
    public ToolsEndpoints(SecureRandom random, Optional<NoiseSource> hsm) {
        this.random = random;
        this.hsm = hsm;
    }

    /** Patterns relative to {@code sys/}. */
    public List<Endpoint> endpoints() {
        return List.of(
                random("tools/random"),
                random("tools/random/{source}"),
                random("tools/random/{source}/{urlbytes}"),
                hash("tools/hash"),
                hash("tools/hash/{urlalgorithm}"));
    }

    private Endpoint random(String pattern) {
        return Endpoint.at(pattern, "Random bytes.")
                .field("bytes", Field.string("How many, 32 when absent, 131072 at most."))
                .field("urlbytes", Field.string("How many, in the path."))
                .field(
                        "source",
                        Field.string("platform, seal (the HSM) or all (both mixed); in the path, or a number."))
                .field("format", Field.string("base64 or hex."))
                .on(Operation.UPDATE, this::drawn)
                .build();
    }

    private Response drawn(Exchange exchange) {
        Fields fields = exchange.fields();
        String first = fields.string("source");
        boolean number = first.matches("[0-9]+");
        String second = fields.string("urlbytes");
        String count = !second.isEmpty() ? second : number ? first : fields.string("bytes");
        byte[] bytes = new byte[count(count)];
        fill(bytes, number || first.isEmpty() ? "platform" : first);
        return Response.of(Map.of("random_bytes", encoded(bytes, fields.string("format"), "base64")));
    }

    private static int count(String text) {
        if (text.isEmpty()) {
            return 32;
        }
        if (!text.matches("[0-9]{1,6}") || Long.parseLong(text) > MOST_BYTES || Long.parseLong(text) == 0) {
            throw Fault.badRequest("field 'bytes': expected a number from 1 to " + MOST_BYTES);
        }
        return Integer.parseInt(text);
    }

    private void fill(byte[] bytes, String source) {
        switch (source) {
            case "platform" -> random.nextBytes(bytes);
            case "seal" -> fromHsm(bytes);
            case "all" -> {
                random.nextBytes(bytes);
                byte[] more = new byte[bytes.length];
                fromHsm(more);
                for (int i = 0; i < bytes.length; i++) {
                    bytes[i] ^= more[i];
                }
            }
            default -> throw Fault.badRequest("field 'source': expected platform, seal or all");
        }
    }

    private void fromHsm(byte[] bytes) {
        NoiseSource source = hsm.orElseThrow(
                () -> Fault.badRequest("source 'seal' needs a seal of type pkcs11: use source 'platform'"));
        for (int at = 0; at < bytes.length; at += PIECE) {
            byte[] piece = new byte[Math.min(PIECE, bytes.length - at)];
            source.fill(piece);
            System.arraycopy(piece, 0, bytes, at, piece.length);
        }
    }

    private static Endpoint hash(String pattern) {
        return Endpoint.at(pattern, "The hash of given bytes.")
                .field("input", Field.string("The bytes, in base64."))
                .field("algorithm", Field.string("sha2-256 when absent; sha2 or sha3 with 224, 256, 384 or 512."))
                .field("urlalgorithm", Field.string("The algorithm, in the path."))
                .field("format", Field.string("hex or base64."))
                .on(Operation.UPDATE, exchange -> hashed(exchange.fields()))
                .build();
    }

    private static Response hashed(Fields fields) {
        String inPath = fields.string("urlalgorithm");
        String named = inPath.isEmpty() ? fields.string("algorithm") : inPath;
        String algorithm = ALGORITHMS.get(named.isEmpty() ? "sha2-256" : named);
        if (algorithm == null) {
            throw Fault.badRequest("field 'algorithm': expected one of "
                    + ALGORITHMS.keySet().stream().sorted().toList());
        }
        try {
            byte[] input = Base64.getDecoder().decode(fields.string("input"));
            byte[] sum = MessageDigest.getInstance(algorithm).digest(input);
            return Response.of(Map.of("sum", encoded(sum, fields.string("format"), "hex")));
        } catch (IllegalArgumentException e) {
            throw new Fault.BadRequest(List.of("field 'input': expected base64")).causedBy(e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has " + algorithm, e);
        }
    }

    private static String encoded(byte[] bytes, String format, String usual) {
        return switch (format.isEmpty() ? usual : format) {
            case "hex" -> HexFormat.of().formatHex(bytes);
            case "base64" -> Base64.getEncoder().encodeToString(bytes);
            default -> throw Fault.badRequest("field 'format': expected hex or base64");
        };
    }
}
