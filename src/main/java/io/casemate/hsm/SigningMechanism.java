package io.casemate.hsm;

import io.casemate.crypto.KeyKind;
import io.casemate.crypto.Signer;
import io.casemate.hsm.jna.Ckm;
import io.casemate.hsm.jna.Mechanism;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * Makes X.509 signatures of what tokens offer. The message is hashed here, so that a large one (a CRL) does not travel to
 * the HSM; only Ed25519 needs it whole (RFC 8032, section 5.1.6).
 */
final class SigningMechanism {
    private static final String PSS = "withRSAandMGF1";
    private static final byte DER_INTEGER = 2;
    private static final byte DER_SEQUENCE = 0x30;

    /** {@code DigestInfo} up to the hash, RFC 8017, section 9.2, note 1. */
    private static final Map<String, byte[]> DIGEST_INFO = Map.of(
            "SHA-256", HexFormat.of().parseHex("3031300d060960864801650304020105000420"),
            "SHA-384", HexFormat.of().parseHex("3041300d060960864801650304020205000430"),
            "SHA-512", HexFormat.of().parseHex("3051300d060960864801650304020305000440"));

    private static final Map<String, Long> HASHING_RSA = Map.of(
            "SHA-256", Ckm.SHA256_RSA_PKCS,
            "SHA-384", Ckm.SHA384_RSA_PKCS,
            "SHA-512", Ckm.SHA512_RSA_PKCS);

    private SigningMechanism() {}

    /** What to give the token: mechanism and input. */
    record Job(Mechanism mechanism, byte[] input) {}

    /** The job for a JCA algorithm name; {@code SETUP} when it does not suit the key. */
    static Job job(KeyKind kind, String named, byte[] message, List<Long> offered) {
        boolean hashed = named.startsWith(Signer.HASHED);
        String algorithm = hashed ? named.substring(Signer.HASHED.length()) : named;
        return switch (kind) {
            case ED25519 -> {
                require(named.equals("Ed25519"), kind, named);
                yield new Job(new Mechanism.Plain(Ckm.EDDSA), message);
            }
            case EC_P256, EC_P384, EC_P521 -> {
                String name = hashName(kind, algorithm, "withECDSA");
                byte[] hash = hashed ? message : digest(name, message);
                yield new Job(new Mechanism.Plain(Ckm.ECDSA), Arrays.copyOf(hash, Math.min(hash.length, bytes(kind))));
            }
            case RSA_2048, RSA_3072, RSA_4096 ->
                algorithm.endsWith(PSS)
                        ? pss(hashName(kind, algorithm, PSS), message, hashed)
                        : rsa(hashName(kind, algorithm, "withRSA"), message, hashed, offered);
            case ML_DSA_44, ML_DSA_65, ML_DSA_87 ->
                throw HsmFailures.setup("ALGORITHM_MISMATCH", "C_SignInit", "no token signs by " + algorithm + " yet");
        };
    }

    private static Job rsa(String hash, byte[] message, boolean hashed, List<Long> offered) {
        if (!offered.contains(Ckm.RSA_PKCS) && offered.contains(HASHING_RSA.get(hash)) && !hashed) {
            return new Job(new Mechanism.Plain(HASHING_RSA.get(hash)), message);
        }
        byte[] prefix = DIGEST_INFO.get(hash);
        byte[] digest = hashed ? message : digest(hash, message);
        byte[] info = ByteBuffer.allocate(prefix.length + digest.length)
                .put(prefix)
                .put(digest)
                .array();
        return new Job(new Mechanism.Plain(Ckm.RSA_PKCS), info);
    }

    private static Job pss(String hash, byte[] message, boolean hashed) {
        byte[] digest = hashed ? message : digest(hash, message);
        OaepHash masks = OaepHash.valueOf(hash.replace("-", ""));
        return new Job(masks.pss(digest.length), digest);
    }

    /** The token's signature as X.509 carries it. */
    static byte[] encode(KeyKind kind, byte[] raw) {
        return switch (kind) {
            case EC_P256, EC_P384, EC_P521 -> ecdsa(kind, raw);
            case RSA_2048, RSA_3072, RSA_4096, ED25519, ML_DSA_44, ML_DSA_65, ML_DSA_87 -> raw;
        };
    }

    /** {@code Ecdsa-Sig-Value} of RFC 5480, of the token's {@code r} and {@code s} side by side. */
    private static byte[] ecdsa(KeyKind kind, byte[] raw) {
        int half = bytes(kind);
        if (raw.length != 2 * half) {
            throw HsmFailures.setup("UNEXPECTED_LENGTH", "C_Sign", "the token's ECDSA signature is not r and s");
        }
        byte[] r = new BigInteger(1, Arrays.copyOf(raw, half)).toByteArray();
        byte[] s = new BigInteger(1, Arrays.copyOfRange(raw, half, raw.length)).toByteArray();
        int content = 4 + r.length + s.length;
        ByteBuffer der = ByteBuffer.allocate(content + (content < 128 ? 2 : 3)).put(DER_SEQUENCE);
        if (content >= 128) {
            der.put((byte) 0x81);
        }
        return der.put((byte) content)
                .put(DER_INTEGER)
                .put((byte) r.length)
                .put(r)
                .put(DER_INTEGER)
                .put((byte) s.length)
                .put(s)
                .array();
    }

    private static int bytes(KeyKind kind) {
        return (kind.bits() + 7) / 8;
    }

    private static String hashName(KeyKind kind, String algorithm, String suffix) {
        String hash = algorithm.replace(suffix, "").replace("SHA", "SHA-");
        require(algorithm.endsWith(suffix) && DIGEST_INFO.containsKey(hash), kind, algorithm);
        return hash;
    }

    private static void require(boolean fits, KeyKind kind, String algorithm) {
        if (!fits) {
            throw HsmFailures.setup(
                    "ALGORITHM_MISMATCH", "C_SignInit", "a key of kind " + kind + " does not sign by " + algorithm);
        }
    }

    private static byte[] digest(String hash, byte[] message) {
        try {
            return MessageDigest.getInstance(hash).digest(message);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("the Java platform has SHA-2", e);
        }
    }
}
