package io.casemate.engine.pki.issue;

import io.casemate.engine.pki.draft.KeyUsages;
import io.casemate.engine.pki.role.Role;
import io.casemate.kernel.Fault;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.misc.MiscObjectIdentifiers;
import org.bouncycastle.asn1.ocsp.OCSPObjectIdentifiers;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;

/**
 * What sign-verbatim takes over from a CSR beside its names: every extension as it is, whatever it is. What only an issuer can say, and
 * what would make a CA, is refused and not dropped.
 */
final class VerbatimExtensions {
    /** Read, checked and written anew. */
    private static final Set<ASN1ObjectIdentifier> UNDERSTOOD = Set.of(
            Extension.subjectAlternativeName,
            Extension.keyUsage,
            Extension.extendedKeyUsage,
            Extension.basicConstraints,
            Extension.subjectKeyIdentifier);

    /** The issuer's to say (RFC 5280 4.2.1, 4.2.2), a CA's only, or a log's (RFC 6962 3.1, 3.3). */
    private static final Set<ASN1ObjectIdentifier> NOT_ITS_OWN = Set.of(
            Extension.authorityKeyIdentifier,
            Extension.issuerAlternativeName,
            Extension.authorityInfoAccess,
            Extension.cRLDistributionPoints,
            Extension.freshestCRL,
            Extension.nameConstraints,
            Extension.policyMappings,
            Extension.policyConstraints,
            Extension.inhibitAnyPolicy,
            OCSPObjectIdentifiers.id_pkix_ocsp_nocheck,
            // OpenSSL takes the one's "SSL CA" for a CA where nothing else is said; the other delegates (RFC 3820 3.8).
            MiscObjectIdentifiers.netscapeCertType,
            new ASN1ObjectIdentifier("1.3.6.1.5.5.7.1.14"),
            new ASN1ObjectIdentifier("1.3.6.1.4.1.11129.2.4.2"),
            new ASN1ObjectIdentifier("1.3.6.1.4.1.11129.2.4.3"));

    private static final int CA_BITS = KeyUsage.keyCertSign | KeyUsage.cRLSign;

    private VerbatimExtensions() {}

    /** Refuses a request that could not be signed as it is. */
    static void check(Csr csr) {
        csr.extensions().stream()
                .flatMap(all -> Arrays.stream(all.getExtensionOIDs()))
                .filter(NOT_ITS_OWN::contains)
                .findFirst()
                .ifPresent(oid -> {
                    throw Fault.badRequest("field 'csr': the extension " + oid + " is not the subject's to ask for");
                });
        if (asksForCa(csr)) {
            throw Fault.badRequest("field 'csr': it asks for a CA certificate; use root/sign-intermediate");
        }
    }

    /** Adds all that is taken over as it is. */
    static void carry(Csr csr, ExtensionsGenerator all) {
        csr.extensions().stream()
                .flatMap(every -> Arrays.stream(every.getExtensionOIDs()).map(every::getExtension))
                .filter(extension -> !UNDERSTOOD.contains(extension.getExtnId()))
                .forEach(all::addExtension);
    }

    private static boolean asksForCa(Csr csr) {
        csr.extension(Extension.keyUsage).ifPresent(e -> Csr.value(e, KeyUsage::getInstance));
        csr.extension(Extension.extendedKeyUsage).ifPresent(e -> Csr.value(e, ExtendedKeyUsage::getInstance));
        return csr.extension(Extension.basicConstraints)
                .map(e -> Csr.value(e, BasicConstraints::getInstance))
                .filter(BasicConstraints::isCA)
                .isPresent();
    }

    static int keyUsage(Csr csr, Role role, String keyType) {
        int bits = csr.extension(Extension.keyUsage)
                .map(extension -> bits(Csr.value(extension, KeyUsage::getInstance)))
                .orElseGet(() -> KeyUsages.fitting(KeyUsages.ofLeaf(role.strings("key_usage")), keyType));
        if ((bits & CA_BITS) != 0) {
            throw Fault.badRequest("field 'csr': it asks for the key usage of a CA; use root/sign-intermediate");
        }
        return bits;
    }

    /** The CSR's, or the request's; whoever answers OCSP for an issuer is not for the subject to choose (RFC 6960 4.2.2.2). */
    static List<KeyPurposeId> purposes(Csr csr, Role role) {
        List<KeyPurposeId> purposes = csr.extension(Extension.extendedKeyUsage)
                .map(extension -> Arrays.asList(
                        Csr.value(extension, ExtendedKeyUsage::getInstance).getUsages()))
                .orElseGet(() -> LeafDraft.purposes(role));
        if (purposes.contains(KeyPurposeId.id_kp_OCSPSigning)) {
            throw Fault.badRequest("field 'csr' or 'ext_key_usage': OCSPSigning speaks for the issuer and is not the"
                    + " subject's to ask for; use issuer/:ref/ocsp-delegate, or a role with that ext_key_usage");
        }
        return purposes;
    }

    private static int bits(KeyUsage usage) {
        byte[] bytes = usage.getBytes();
        int first = bytes.length > 0 ? bytes[0] & 0xFF : 0;
        int second = bytes.length > 1 ? bytes[1] & 0xFF : 0;
        return first | (second << 8);
    }
}
