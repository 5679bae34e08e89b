package io.casemate.crypto;

import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.NamedParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.RSAKeyGenParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.List;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.pkcs.RSAPrivateKey;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.crypto.params.AsymmetricKeyParameter;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.params.MLDSAPrivateKeyParameters;
import org.bouncycastle.crypto.params.RSAKeyParameters;
import org.bouncycastle.crypto.params.RSAPrivateCrtKeyParameters;
import org.bouncycastle.crypto.util.PrivateKeyFactory;
import org.bouncycastle.crypto.util.SubjectPublicKeyInfoFactory;
import org.bouncycastle.math.ec.FixedPointCombMultiplier;

/**
 * Makes and reads key pairs that live in this process. The JDK's own providers do the arithmetic. Safe for concurrent use.
 *
 * <p>Making an RSA pair costs up to seconds of processor time; callers choose the thread.
 */
public final class SoftwareKeys {
    /** Longest PKCS#8 that is read, in bytes: RSA-4096 needs 2.4 KB. */
    public static final int MAX_PKCS8 = 8192;

    private final SecureRandom random;

    /** Draws keys, and the nonces of their ECDSA signatures, from {@code random}. */
    public SoftwareKeys(SecureRandom random) {
        this.random = random;
    }

    /** A new pair. RSA has the public exponent 65537. */
    public SoftwareSigner generate(KeyKind kind) {
        return generate(kind, random);
    }

    /** The same for a key that lives long: drawn from {@link KeyRandom#birth}. */
    public SoftwareSigner bear(KeyKind kind) {
        return generate(kind, KeyRandom.birth(random));
    }

    private SoftwareSigner generate(KeyKind kind, SecureRandom birth) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(kind.algorithm());
            generator.initialize(parameters(kind), birth);
            KeyPair pair = generator.generateKeyPair();
            return new SoftwareSigner(kind, pair.getPrivate(), pair.getPublic(), random);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the JDK cannot make a key of kind " + kind, e);
        }
    }

    /**
     * Reads a PKCS#8 private key (RFC 5208, unencrypted) and works out its public half. The caller wipes the array.
     *
     * @throws io.casemate.kernel.FaultException {@code BadRequest} when it is no key of a {@link KeyKind}; the text holds
     *     nothing of the key
     */
    public SoftwareSigner decode(byte[] pkcs8) {
        if (pkcs8.length > MAX_PKCS8) {
            throw notAKey(null);
        }
        try {
            AsymmetricKeyParameter secret = PrivateKeyFactory.createKey(pkcs8);
            byte[] spki = SubjectPublicKeyInfoFactory.createSubjectPublicKeyInfo(publicHalf(secret))
                    .getEncoded("DER");
            KeyFactory factory = KeyFactory.getInstance(algorithm(secret));
            PublicKey open = factory.generatePublic(new X509EncodedKeySpec(spki));
            PrivateKey closed = secret instanceof MLDSAPrivateKeyParameters expanded
                    ? mlDsa(factory, pkcs8, expanded)
                    : factory.generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
            return new SoftwareSigner(PublicKeys.kind(open).orElseThrow(() -> notAKey(null)), closed, open, random);
        } catch (FaultException e) {
            throw e;
        } catch (IOException | GeneralSecurityException | RuntimeException e) {
            // Damaged ASN.1 reaches the parser's own assumptions, which fail as any RuntimeException.
            throw notAKey(e);
        }
    }

    /**
     * Reads a private key out of PEM: {@code PRIVATE KEY}, {@code RSA PRIVATE KEY}, {@code EC PRIVATE KEY}.
     *
     * @throws io.casemate.kernel.FaultException {@code BadRequest} as {@link #decode}, and for other labels
     */
    public SoftwareSigner decode(Pem.Block block) {
        byte[] pkcs8 = asPkcs8(block);
        try {
            return decode(pkcs8);
        } finally {
            Arrays.fill(pkcs8, (byte) 0);
        }
    }

    private static byte[] asPkcs8(Pem.Block block) {
        try {
            return switch (block.label()) {
                case "PRIVATE KEY" -> block.der().clone();
                case "RSA PRIVATE KEY" ->
                    new PrivateKeyInfo(
                                    new AlgorithmIdentifier(PKCSObjectIdentifiers.rsaEncryption, DERNull.INSTANCE),
                                    RSAPrivateKey.getInstance(block.der()))
                            .getEncoded("DER");
                case "EC PRIVATE KEY" -> {
                    ECPrivateKey key = ECPrivateKey.getInstance(block.der());
                    yield new PrivateKeyInfo(
                                    new AlgorithmIdentifier(
                                            X9ObjectIdentifiers.id_ecPublicKey, key.getParametersObject()),
                                    key)
                            .getEncoded("DER");
                }
                case "ENCRYPTED PRIVATE KEY" ->
                    throw Fault.badRequest("the private key is encrypted: decrypt it where it lies"
                            + " (openssl pkcs8 -in key.pem -out plain.pem) and send it as PRIVATE KEY");
                default -> throw notAKey(null);
            };
        } catch (FaultException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            throw notAKey(e);
        }
    }

    private static AsymmetricKeyParameter publicHalf(AsymmetricKeyParameter secret) {
        return switch (secret) {
            case RSAPrivateCrtKeyParameters rsa ->
                new RSAKeyParameters(false, rsa.getModulus(), rsa.getPublicExponent());
            case ECPrivateKeyParameters ec ->
                new ECPublicKeyParameters(
                        new FixedPointCombMultiplier()
                                .multiply(ec.getParameters().getG(), ec.getD()),
                        ec.getParameters());
            case Ed25519PrivateKeyParameters ed -> ed.generatePublicKey();
            case MLDSAPrivateKeyParameters ml -> ml.getPublicKeyParameters();
            default -> throw notAKey(null);
        };
    }

    private static String algorithm(AsymmetricKeyParameter secret) {
        return switch (secret) {
            case RSAKeyParameters _ -> "RSA";
            case Ed25519PrivateKeyParameters _ -> "Ed25519";
            case MLDSAPrivateKeyParameters _ -> "ML-DSA";
            default -> "EC";
        };
    }

    /** Of the three forms of RFC 9881 section 6 the JDK reads one, the expanded key. */
    private static PrivateKey mlDsa(KeyFactory factory, byte[] pkcs8, MLDSAPrivateKeyParameters key)
            throws IOException, GeneralSecurityException {
        AlgorithmIdentifier algorithm = PrivateKeyInfo.getInstance(pkcs8).getPrivateKeyAlgorithm();
        byte[] expanded = key.getEncoded();
        byte[] readable = new PrivateKeyInfo(algorithm, new DEROctetString(expanded)).getEncoded("DER");
        try {
            return factory.generatePrivate(new PKCS8EncodedKeySpec(readable));
        } finally {
            Arrays.fill(expanded, (byte) 0);
            Arrays.fill(readable, (byte) 0);
        }
    }

    private static FaultException notAKey(Throwable cause) {
        return new Fault.BadRequest(List.of("the private key is not an unencrypted PKCS#8 key of type "
                        + Arrays.stream(KeyKind.values())
                                .map(kind -> kind.type() + "-" + kind.bits())
                                .toList()))
                .causedBy(
                        cause == null
                                ? null
                                : new GeneralSecurityException(cause.getClass().getName()));
    }

    private static AlgorithmParameterSpec parameters(KeyKind kind) {
        return switch (kind) {
            case RSA_2048, RSA_3072, RSA_4096 -> new RSAKeyGenParameterSpec(kind.bits(), RSAKeyGenParameterSpec.F4);
            case EC_P256, EC_P384, EC_P521 -> new ECGenParameterSpec("secp" + kind.bits() + "r1");
            case ED25519 -> NamedParameterSpec.ED25519;
            case ML_DSA_44 -> NamedParameterSpec.ML_DSA_44;
            case ML_DSA_65 -> NamedParameterSpec.ML_DSA_65;
            case ML_DSA_87 -> NamedParameterSpec.ML_DSA_87;
        };
    }
}
