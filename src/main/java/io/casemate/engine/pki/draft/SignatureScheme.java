package io.casemate.engine.pki.draft;

import io.casemate.crypto.KeyKind;
import io.casemate.kernel.Fault;
import java.util.Arrays;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.edec.EdECObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;

/** The signature algorithms that we sign with and accept: JCA's name beside X.509's (RFC 4055, 5758, 8410). */
public enum SignatureScheme {
    ECDSA_SHA256("SHA256withECDSA", "ec", X9ObjectIdentifiers.ecdsa_with_SHA256),
    ECDSA_SHA384("SHA384withECDSA", "ec", X9ObjectIdentifiers.ecdsa_with_SHA384),
    ECDSA_SHA512("SHA512withECDSA", "ec", X9ObjectIdentifiers.ecdsa_with_SHA512),
    RSA_SHA256("SHA256withRSA", "rsa", PKCSObjectIdentifiers.sha256WithRSAEncryption),
    RSA_SHA384("SHA384withRSA", "rsa", PKCSObjectIdentifiers.sha384WithRSAEncryption),
    RSA_SHA512("SHA512withRSA", "rsa", PKCSObjectIdentifiers.sha512WithRSAEncryption),
    ED25519("Ed25519", "ed25519", EdECObjectIdentifiers.id_Ed25519);

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

    /** What stands in the certificate: RSA has NULL parameters (RFC 4055 5), the others none. */
    public AlgorithmIdentifier identifier() {
        ASN1ObjectIdentifier algorithm = new ASN1ObjectIdentifier(oid);
        return keyType.equals("rsa")
                ? new AlgorithmIdentifier(algorithm, DERNull.INSTANCE)
                : new AlgorithmIdentifier(algorithm);
    }

    /**
     * What a key of {@code kind} signs with. EC keys take the hash of their own size; {@code hashBits} is for RSA, 0 for
     * the default.
     */
    public static SignatureScheme of(KeyKind kind, int hashBits) {
        return switch (kind) {
            case EC_P256 -> ECDSA_SHA256;
            case EC_P384 -> ECDSA_SHA384;
            case EC_P521 -> ECDSA_SHA512;
            case ED25519 -> ED25519;
            case RSA_2048, RSA_3072, RSA_4096 -> rsa(hashBits);
        };
    }

    /** The scheme of an identifier as found in a CSR or certificate; empty for weak and unknown ones. */
    public static Optional<SignatureScheme> of(AlgorithmIdentifier found) {
        return Arrays.stream(values())
                .filter(scheme -> scheme.oid.equals(found.getAlgorithm().getId()))
                .findFirst();
    }

    private static SignatureScheme rsa(int hashBits) {
        return switch (hashBits) {
            case 0, 256 -> RSA_SHA256;
            case 384 -> RSA_SHA384;
            case 512 -> RSA_SHA512;
            default -> throw Fault.badRequest("field 'signature_bits': 256, 384 or 512");
        };
    }
}
