package io.casemate.engine.pki.draft;

import java.math.BigInteger;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.edec.EdECObjectIdentifiers;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.RSAPublicKey;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/** Which public keys may be certified (BR 6.1.5, 6.1.6; RFC 5480; RFC 8410; RFC 9881). */
public final class KeyStrength {
    private static final Map<ASN1ObjectIdentifier, Integer> CURVES = Map.of(
            X9ObjectIdentifiers.prime256v1, 32, SECObjectIdentifiers.secp384r1, 48, SECObjectIdentifiers.secp521r1, 66);

    /** Sizes of public keys in bytes, FIPS 204 table 2. */
    private static final Map<ASN1ObjectIdentifier, Integer> ML_DSA = Map.of(
            NISTObjectIdentifiers.id_ml_dsa_44, 1312,
            NISTObjectIdentifiers.id_ml_dsa_65, 1952,
            NISTObjectIdentifiers.id_ml_dsa_87, 2592);

    private static final List<Integer> SMALL_PRIMES = IntStream.range(3, 752)
            .filter(n -> IntStream.rangeClosed(2, (int) Math.sqrt(n)).allMatch(d -> n % d != 0))
            .boxed()
            .toList();
    private static final BigInteger SMALL_PRIMES_PRODUCT =
            SMALL_PRIMES.stream().map(BigInteger::valueOf).reduce(BigInteger.ONE, BigInteger::multiply);

    /** Moduli of the flawed Infineon library are powers of 65537 modulo every small prime (CVE-2017-15361). */
    private static final Map<Integer, Set<Integer>> ROCA = SMALL_PRIMES.stream()
            .filter(prime -> prime <= 167)
            .collect(java.util.stream.Collectors.toUnmodifiableMap(prime -> prime, KeyStrength::powersOf65537));

    private KeyStrength() {}

    /** What is wrong with the key; empty when it may be certified. */
    public static Optional<String> weakness(SubjectPublicKeyInfo key) {
        ASN1ObjectIdentifier algorithm = key.getAlgorithm().getAlgorithm();
        try {
            if (algorithm.equals(PKCSObjectIdentifiers.rsaEncryption)) {
                return rsa(key);
            }
            if (algorithm.equals(X9ObjectIdentifiers.id_ecPublicKey)) {
                return ec(key);
            }
            if (ML_DSA.containsKey(algorithm)) {
                return mlDsa(key);
            }
            return algorithm.equals(EdECObjectIdentifiers.id_Ed25519)
                    ? ed25519(key)
                    : Optional.of("keys of the algorithm " + algorithm + " are not certified");
        } catch (java.io.IOException | RuntimeException e) {
            // Any failure to read a key of unknown origin means the same: it is not one.
            return Optional.of("the public key cannot be read");
        }
    }

    private static Optional<String> rsa(SubjectPublicKeyInfo key) throws java.io.IOException {
        RSAPublicKey rsa = RSAPublicKey.getInstance(key.parsePublicKey());
        BigInteger n = rsa.getModulus();
        BigInteger e = rsa.getPublicExponent();
        if (!DERNull.INSTANCE.equals(key.getAlgorithm().getParameters())) {
            return Optional.of("the parameters of an RSA key are NULL");
        }
        if (n.bitLength() < 2048 || n.bitLength() > 8192 || n.bitLength() % 8 != 0 || n.signum() < 0) {
            return Optional.of("an RSA modulus has 2048 to 8192 bits, a multiple of 8; this one has " + n.bitLength());
        }
        if (!e.testBit(0) || e.compareTo(BigInteger.valueOf(65537)) < 0 || e.bitLength() > 256) {
            return Optional.of("an RSA exponent is odd and from 65537 to 2^256");
        }
        if (!n.testBit(0) || !n.gcd(SMALL_PRIMES_PRODUCT).equals(BigInteger.ONE)) {
            return Optional.of("the RSA modulus has a factor below 752");
        }
        boolean roca = ROCA.entrySet().stream()
                .allMatch(each -> each.getValue()
                        .contains(n.mod(BigInteger.valueOf(each.getKey())).intValue()));
        return roca ? Optional.of("the RSA key was made by a flawed generator (ROCA)") : Optional.empty();
    }

    private static Optional<String> ec(SubjectPublicKeyInfo key) {
        if (!(key.getAlgorithm().getParameters() instanceof ASN1ObjectIdentifier curve) || !CURVES.containsKey(curve)) {
            return Optional.of("an EC key is on the named curve P-256, P-384 or P-521");
        }
        byte[] point = key.getPublicKeyData().getOctets();
        if (point.length != 1 + 2 * CURVES.get(curve) || point[0] != 4) {
            return Optional.of("an EC public key is an uncompressed point (RFC 5480 2.2)");
        }
        var decoded = CustomNamedCurves.getByOID(curve).getCurve().decodePoint(point);
        return decoded.isValid() && !decoded.isInfinity()
                ? Optional.empty()
                : Optional.of("the EC point is not on its curve");
    }

    private static Optional<String> ed25519(SubjectPublicKeyInfo key) {
        byte[] point = key.getPublicKeyData().getOctets();
        boolean good = key.getAlgorithm().getParameters() == null
                && point.length == Ed25519.PUBLIC_KEY_SIZE
                && Ed25519.validatePublicKeyFull(point, 0);
        return good ? Optional.empty() : Optional.of("the Ed25519 point is not a proper public key");
    }

    private static Optional<String> mlDsa(SubjectPublicKeyInfo key) {
        boolean good = key.getAlgorithm().getParameters() == null
                && key.getPublicKeyData().getPadBits() == 0
                && key.getPublicKeyData().getOctets().length
                        == ML_DSA.get(key.getAlgorithm().getAlgorithm());
        return good ? Optional.empty() : Optional.of("an ML-DSA key has no parameters and its set's size (RFC 9881 4)");
    }

    private static Set<Integer> powersOf65537(int prime) {
        Set<Integer> powers = new HashSet<>();
        long power = 1;
        while (powers.add((int) power)) {
            power = power * 65537 % prime;
        }
        return Set.copyOf(powers);
    }
}
