package io.casemate.engine.pki.draft;

import io.casemate.crypto.KeyKind;
import io.casemate.crypto.Signatures;
import io.casemate.kernel.Fault;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.cert.CertificateFactory;
import java.util.Arrays;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.edec.EdECObjectIdentifiers;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.RSASSAPSSparams;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.Certificate;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;

/**
 * The signature algorithms that we sign with and accept: JCA's name beside X.509's (RFC 4055, 5758, 8410, 9881). PSS is
 * taken with one hash for everything and a salt of its length, as RFC 4055 3.1 recommends, and in no other way.
 */
public enum SignatureScheme {
    ECDSA_SHA256("SHA256withECDSA", "ec", X9ObjectIdentifiers.ecdsa_with_SHA256),
    ECDSA_SHA384("SHA384withECDSA", "ec", X9ObjectIdentifiers.ecdsa_with_SHA384),
    ECDSA_SHA512("SHA512withECDSA", "ec", X9ObjectIdentifiers.ecdsa_with_SHA512),
    RSA_SHA256("SHA256withRSA", "rsa", PKCSObjectIdentifiers.sha256WithRSAEncryption),
    RSA_SHA384("SHA384withRSA", "rsa", PKCSObjectIdentifiers.sha384WithRSAEncryption),
    RSA_SHA512("SHA512withRSA", "rsa", PKCSObjectIdentifiers.sha512WithRSAEncryption),
    PSS_SHA256("SHA256withRSAandMGF1", "rsa", NISTObjectIdentifiers.id_sha256),
    PSS_SHA384("SHA384withRSAandMGF1", "rsa", NISTObjectIdentifiers.id_sha384),
    PSS_SHA512("SHA512withRSAandMGF1", "rsa", NISTObjectIdentifiers.id_sha512),
    ED25519("Ed25519", "ed25519", EdECObjectIdentifiers.id_Ed25519),
    ML_DSA_44("ML-DSA", "ml-dsa", NISTObjectIdentifiers.id_ml_dsa_44),
    ML_DSA_65("ML-DSA", "ml-dsa", NISTObjectIdentifiers.id_ml_dsa_65),
    ML_DSA_87("ML-DSA", "ml-dsa", NISTObjectIdentifiers.id_ml_dsa_87);

    private final String jca;
    private final String keyType;
    private final String oid;

    SignatureScheme(String jca, String keyType, ASN1ObjectIdentifier oid) {
        this.jca = jca;
        this.keyType = keyType;
        this.oid = oid.getId();
    }

    /** What {@code Signer.sign} is told. */
    public String jca() {
        return jca;
    }

    /** The API's key type that signs so. */
    public String keyType() {
        return keyType;
    }

    /** The JDK's name for keys that sign so. */
    public String keyAlgorithm() {
        return KeyKind.of(keyType, 0).orElseThrow().algorithm();
    }

    /** What stands in the certificate: RSA has NULL parameters (RFC 4055 5), PSS its own, the others none. */
    public AlgorithmIdentifier identifier() {
        ASN1ObjectIdentifier algorithm = new ASN1ObjectIdentifier(oid);
        if (pss()) {
            return new AlgorithmIdentifier(PKCSObjectIdentifiers.id_RSASSA_PSS, parameters());
        }
        return keyType.equals("rsa")
                ? new AlgorithmIdentifier(algorithm, DERNull.INSTANCE)
                : new AlgorithmIdentifier(algorithm);
    }

    /** What a key of {@code kind} signs with, as {@link #of(KeyKind, int, boolean)}, without PSS. */
    public static SignatureScheme of(KeyKind kind, int hashBits) {
        return of(kind, hashBits, false);
    }

    /**
     * What a key of {@code kind} signs with. EC keys take the hash of their own size; {@code hashBits} (0 for the default)
     * and {@code pss} are for RSA.
     */
    public static SignatureScheme of(KeyKind kind, int hashBits, boolean pss) {
        return switch (kind) {
            case EC_P256 -> ECDSA_SHA256;
            case EC_P384 -> ECDSA_SHA384;
            case EC_P521 -> ECDSA_SHA512;
            case ED25519 -> ED25519;
            case RSA_2048, RSA_3072, RSA_4096 -> rsa(hashBits, pss);
            case ML_DSA_44 -> ML_DSA_44;
            case ML_DSA_65 -> ML_DSA_65;
            case ML_DSA_87 -> ML_DSA_87;
        };
    }

    /** The scheme of an identifier as found in a CSR or certificate; empty for weak and unknown ones. */
    public static Optional<SignatureScheme> of(AlgorithmIdentifier found) {
        boolean pss = found.getAlgorithm().equals(PKCSObjectIdentifiers.id_RSASSA_PSS);
        return Arrays.stream(values())
                .filter(scheme -> scheme.pss() == pss)
                .filter(scheme -> pss
                        ? scheme.samePss(found)
                        : scheme.oid.equals(found.getAlgorithm().getId()))
                .findFirst();
    }

    /** Whether the key of {@code signer}, whatever its name, signed {@code signed}; never so by a weak or unknown scheme. */
    public static boolean verifies(Certificate signer, Certificate signed) {
        try {
            byte[] shown = signed.getTBSCertificate().getEncoded("DER");
            PublicKey key = CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(signer.getEncoded("DER")))
                    .getPublicKey();
            return of(signed.getSignatureAlgorithm())
                    .filter(scheme -> Signatures.verifies(
                            scheme.jca, key, shown, signed.getSignature().getOctets()))
                    .isPresent();
        } catch (GeneralSecurityException | IOException e) {
            return false;
        }
    }

    private static SignatureScheme rsa(int hashBits, boolean pss) {
        return switch (hashBits) {
            case 0, 256 -> pss ? PSS_SHA256 : RSA_SHA256;
            case 384 -> pss ? PSS_SHA384 : RSA_SHA384;
            case 512 -> pss ? PSS_SHA512 : RSA_SHA512;
            default -> throw Fault.badRequest("field 'signature_bits': 256, 384 or 512");
        };
    }

    private boolean pss() {
        return jca.endsWith("andMGF1");
    }

    private int saltBytes() {
        return Integer.parseInt(jca.substring(3, 6)) / 8;
    }

    private RSASSAPSSparams parameters() {
        AlgorithmIdentifier hash = new AlgorithmIdentifier(new ASN1ObjectIdentifier(oid), DERNull.INSTANCE);
        return new RSASSAPSSparams(
                hash,
                new AlgorithmIdentifier(PKCSObjectIdentifiers.id_mgf1, hash),
                new org.bouncycastle.asn1.ASN1Integer(saltBytes()),
                RSASSAPSSparams.DEFAULT_TRAILER_FIELD);
    }

    /** Compared by what the parameters mean: a hash is written with NULL or without. */
    private boolean samePss(AlgorithmIdentifier found) {
        try {
            RSASSAPSSparams theirs = RSASSAPSSparams.getInstance(found.getParameters());
            AlgorithmIdentifier mask = theirs.getMaskGenAlgorithm();
            return theirs.getHashAlgorithm().getAlgorithm().getId().equals(oid)
                    && mask.getAlgorithm().equals(PKCSObjectIdentifiers.id_mgf1)
                    && AlgorithmIdentifier.getInstance(mask.getParameters())
                            .getAlgorithm()
                            .getId()
                            .equals(oid)
                    && theirs.getSaltLength().equals(BigInteger.valueOf(saltBytes()))
                    && theirs.getTrailerField().equals(BigInteger.ONE);
        } catch (RuntimeException e) {
            // Parameters of unknown origin that are not what they claim to be.
            return false;
        }
    }
}
