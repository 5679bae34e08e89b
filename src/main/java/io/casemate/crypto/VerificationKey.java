package io.casemate.crypto;

import io.casemate.json.Json;
import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECFieldFp;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.EdECPoint;
import java.security.spec.EdECPublicKeySpec;
import java.security.spec.EllipticCurve;
import java.security.spec.NamedParameterSpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;

/**
 * A key that verifies JSON Web Signatures: RSA of 2048 to 8192 bits, a point on P-256, P-384 or P-521, or Ed25519.
 *
 * @param id its {@code kid}; empty when it has none
 * @param algorithm the only one it is for; empty for all of its kind
 */
public record VerificationKey(String id, Optional<JwsAlgorithm> algorithm, PublicKey key) {
    /** More are not read out of a set. */
    public static final int MOST_KEYS = 200;

    private static final int SHORTEST_RSA = 2048;
    private static final int LONGEST_RSA = 8192;
    private static final int ED25519_BYTES = 32;
    private static final Map<String, String> CURVES =
            Map.of("P-256", "secp256r1", "P-384", "secp384r1", "P-521", "secp521r1");

    /**
     * The usable keys of a JWK set (RFC 7517 section 5). Keys that are for something else, or of a kind not known, are passed
     * over, as the standard asks.
     *
     * @throws FaultException {@code BadRequest} when the text is no set
     */
    public static List<VerificationKey> set(byte[] json) {
        if (!(Json.object(json).get("keys") instanceof List<?> members)) {
            throw Fault.badRequest("it has no member 'keys' with a list");
        }
        List<VerificationKey> keys = new ArrayList<>();
        for (Object member : members.subList(0, Math.min(MOST_KEYS, members.size()))) {
            if (member instanceof Map<?, ?> jwk) {
                read(jwk).ifPresent(keys::add);
            }
        }
        return List.copyOf(keys);
    }

    /** The key of one JWK (RFC 7517 section 4); empty when it is weak, of a kind not known, or for something else. */
    public static Optional<VerificationKey> jwk(Map<?, ?> members) {
        return read(members);
    }

    /**
     * The key in a PEM block: a public key, an RSA public key (PKCS#1) or a certificate.
     *
     * @throws FaultException {@code BadRequest} when there is none, or it is weak
     */
    public static VerificationKey pem(String text) {
        for (Pem.Block block : Pem.decode(text)) {
            Optional<PublicKey> key =
                    Optional.of(block).flatMap(VerificationKey::publicKey).filter(VerificationKey::sound);
            if (key.isPresent()) {
                return new VerificationKey("", Optional.empty(), key.get());
            }
        }
        throw Fault.badRequest("expected a PEM public key or certificate: RSA of 2048 to 8192 bits, P-256, P-384, P-521"
                + " or Ed25519");
    }

    /** Whether it may have made signatures by {@code asked}. */
    public boolean serves(JwsAlgorithm asked) {
        return asked.fits(key) && algorithm.map(asked::equals).orElse(true);
    }

    private static Optional<PublicKey> publicKey(Pem.Block block) {
        try {
            return switch (block.label()) {
                case "PUBLIC KEY" -> Optional.of(converted(SubjectPublicKeyInfo.getInstance(block.der())));
                case "RSA PUBLIC KEY" ->
                    Optional.of(converted(new SubjectPublicKeyInfo(
                            new AlgorithmIdentifier(PKCSObjectIdentifiers.rsaEncryption, DERNull.INSTANCE),
                            org.bouncycastle.asn1.pkcs.RSAPublicKey.getInstance(block.der()))));
                case "CERTIFICATE" -> Optional.of(X509.certificate(block.der()).getPublicKey());
                default -> Optional.empty();
            };
        } catch (IOException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static PublicKey converted(SubjectPublicKeyInfo info) throws IOException {
        return new JcaPEMKeyConverter().getPublicKey(info);
    }

    private static Optional<VerificationKey> read(Map<?, ?> jwk) {
        boolean otherUse = jwk.get("use") instanceof String use && !use.equals("sig");
        boolean otherOperations = jwk.get("key_ops") instanceof List<?> operations && !operations.contains("verify");
        Optional<JwsAlgorithm> algorithm =
                jwk.get("alg") instanceof String name ? JwsAlgorithm.named(name) : Optional.empty();
        if (otherUse || otherOperations || (jwk.get("alg") != null && algorithm.isEmpty())) {
            return Optional.empty();
        }
        String id = jwk.get("kid") instanceof String kid ? kid : "";
        try {
            return key(jwk).filter(VerificationKey::sound).map(key -> new VerificationKey(id, algorithm, key));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static Optional<PublicKey> key(Map<?, ?> jwk) throws GeneralSecurityException {
        String type = String.valueOf(jwk.get("kty"));
        String curve = String.valueOf(jwk.get("crv"));
        if (type.equals("RSA")) {
            RSAPublicKeySpec spec = new RSAPublicKeySpec(number(jwk, "n"), number(jwk, "e"));
            return Optional.of(KeyFactory.getInstance("RSA").generatePublic(spec));
        }
        if (type.equals("EC") && CURVES.containsKey(curve)) {
            ECPoint point = new ECPoint(number(jwk, "x"), number(jwk, "y"));
            ECPublicKeySpec spec = new ECPublicKeySpec(point, JwsAlgorithm.curve(CURVES.get(curve)));
            return Optional.of(KeyFactory.getInstance("EC").generatePublic(spec));
        }
        if (type.equals("OKP") && curve.equals("Ed25519")) {
            return Optional.of(ed25519(bytes(jwk, "x")));
        }
        return Optional.empty();
    }

    /** RFC 8032 section 5.1.2: y, little-endian, and in the highest bit whether x is odd. */
    private static PublicKey ed25519(byte[] encoded) throws GeneralSecurityException {
        if (encoded.length != ED25519_BYTES) {
            throw new IllegalArgumentException("an Ed25519 key has 32 bytes");
        }
        byte[] y = new byte[ED25519_BYTES];
        for (int i = 0; i < ED25519_BYTES; i++) {
            y[i] = encoded[ED25519_BYTES - 1 - i];
        }
        boolean odd = (y[0] & 0x80) != 0;
        y[0] &= 0x7f;
        return KeyFactory.getInstance("Ed25519")
                .generatePublic(
                        new EdECPublicKeySpec(NamedParameterSpec.ED25519, new EdECPoint(odd, new BigInteger(1, y))));
    }

    private static boolean sound(PublicKey key) {
        return switch (key) {
            case RSAPublicKey rsa ->
                rsa.getModulus().bitLength() >= SHORTEST_RSA
                        && rsa.getModulus().bitLength() <= LONGEST_RSA
                        && rsa.getPublicExponent().testBit(0)
                        && rsa.getPublicExponent().bitLength() > 1
                        && rsa.getPublicExponent().bitLength() <= Long.SIZE;
            case ECPublicKey ec -> Arrays.stream(JwsAlgorithm.values()).anyMatch(each -> each.fits(ec)) && onCurve(ec);
            case EdECPublicKey ed -> JwsAlgorithm.EDDSA.fits(ed);
            default -> false;
        };
    }

    /** The JDK takes any two numbers for a point. */
    private static boolean onCurve(ECPublicKey key) {
        EllipticCurve curve = key.getParams().getCurve();
        BigInteger p = ((ECFieldFp) curve.getField()).getP();
        BigInteger x = key.getW().getAffineX();
        BigInteger y = key.getW().getAffineY();
        return x != null
                && x.signum() >= 0
                && y.signum() >= 0
                && x.compareTo(p) < 0
                && y.compareTo(p) < 0
                && y.multiply(y)
                                .subtract(x.multiply(x)
                                        .add(curve.getA())
                                        .multiply(x)
                                        .add(curve.getB()))
                                .mod(p)
                                .signum()
                        == 0;
    }

    private static BigInteger number(Map<?, ?> jwk, String name) {
        return new BigInteger(1, bytes(jwk, name));
    }

    private static byte[] bytes(Map<?, ?> jwk, String name) {
        if (!(jwk.get(name) instanceof String text) || text.length() > 2 * LONGEST_RSA / Byte.SIZE) {
            throw new IllegalArgumentException("member '" + name + "' is missing or too long");
        }
        return Base64.getUrlDecoder().decode(text);
    }
}
