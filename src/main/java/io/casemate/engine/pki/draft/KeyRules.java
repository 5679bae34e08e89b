package io.casemate.engine.pki.draft;

import static io.casemate.engine.pki.draft.LintRule.must;

import java.util.List;
import java.util.Set;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.edec.EdECObjectIdentifiers;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;

/** Rules on the subject's key and what it may be used for. */
final class KeyRules {
    private static final Set<ASN1ObjectIdentifier> ONLY_SIGN = Set.of(
            EdECObjectIdentifiers.id_Ed25519,
            NISTObjectIdentifiers.id_ml_dsa_44,
            NISTObjectIdentifiers.id_ml_dsa_65,
            NISTObjectIdentifiers.id_ml_dsa_87);

    static final List<LintRule> ALL = List.of(
            new LintRule(
                    "key_strong",
                    "BR 6.1.5, 6.1.6",
                    c -> KeyStrength.weakness(c.tbs().getSubjectPublicKeyInfo())),
            must(
                    "key_usage_not_empty",
                    "RFC 5280 4.2.1.3",
                    c -> c.keyUsage()
                            .map(usage -> usage.getPadBits() < 8 && bits(usage) != 0)
                            .orElse(true),
                    "the key usage names no use"),
            must(
                    "key_usage_fits_rsa",
                    "RFC 3279 2.3.1",
                    c -> !algorithm(c).equals(PKCSObjectIdentifiers.rsaEncryption) || !c.mayUse(KeyUsage.keyAgreement),
                    "an RSA key cannot do key agreement"),
            must(
                    "key_usage_fits_ec",
                    "RFC 8813 3",
                    c -> !algorithm(c).equals(X9ObjectIdentifiers.id_ecPublicKey)
                            || !(c.mayUse(KeyUsage.keyEncipherment) || c.mayUse(KeyUsage.dataEncipherment)),
                    "an EC key cannot encipher"),
            must(
                    "key_usage_fits_signing_key",
                    "RFC 8410 5, RFC 9881 5",
                    c -> !ONLY_SIGN.contains(algorithm(c))
                            || !(c.mayUse(KeyUsage.keyEncipherment)
                                    || c.mayUse(KeyUsage.dataEncipherment)
                                    || c.mayUse(KeyUsage.keyAgreement)),
                    "an Ed25519 or ML-DSA key signs and does nothing else"),
            must(
                    "cert_sign_only_for_ca",
                    "RFC 5280 4.2.1.3",
                    c -> c.ca() == c.mayUse(KeyUsage.keyCertSign),
                    "the key usage keyCertSign and the basic constraint CA go together"));

    private KeyRules() {}

    private static ASN1ObjectIdentifier algorithm(Candidate candidate) {
        return candidate.tbs().getSubjectPublicKeyInfo().getAlgorithm().getAlgorithm();
    }

    private static int bits(KeyUsage usage) {
        byte[] bytes = usage.getBytes();
        int all = 0;
        for (byte each : bytes) {
            all |= each & 0xFF;
        }
        return all;
    }
}
