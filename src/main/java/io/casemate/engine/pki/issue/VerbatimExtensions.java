package io.casemate.engine.pki.issue;

import io.casemate.engine.pki.draft.KeyUsages;
import io.casemate.engine.pki.role.Role;
import io.casemate.kernel.Fault;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;

/** What sign-verbatim takes over from a CSR beside its names. An extension that it cannot sign is refused, not dropped. */
final class VerbatimExtensions {
    private static final Set<ASN1ObjectIdentifier> UNDERSTOOD = Set.of(
            Extension.subjectAlternativeName,
            Extension.keyUsage,
            Extension.extendedKeyUsage,
            Extension.basicConstraints,
            Extension.subjectKeyIdentifier);
    private static final int CA_BITS = KeyUsage.keyCertSign | KeyUsage.cRLSign;

    private VerbatimExtensions() {}

    /** Refuses a request that could not be signed as it is. */
    static void check(Csr csr) {
        csr.extensions().stream()
                .flatMap(all -> Arrays.stream(all.getExtensionOIDs()))
                .filter(oid -> !UNDERSTOOD.contains(oid))
                .findFirst()
                .ifPresent(oid -> {
                    throw Fault.badRequest("field 'csr': the extension " + oid + " cannot be signed by this version");
                });
        if (asksForCa(csr)) {
            throw Fault.badRequest("field 'csr': it asks for a CA certificate; use root/sign-intermediate");
        }
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
                .orElseGet(() -> KeyUsages.fitting(KeyUsages.parse(role.strings("key_usage")), keyType));
        if ((bits & CA_BITS) != 0) {
            throw Fault.badRequest("field 'csr': it asks for the key usage of a CA; use root/sign-intermediate");
        }
        return bits;
    }

    static List<KeyPurposeId> purposes(Csr csr, Role role) {
        return csr.extension(Extension.extendedKeyUsage)
                .map(extension -> Arrays.asList(
                        Csr.value(extension, ExtendedKeyUsage::getInstance).getUsages()))
                .orElseGet(() -> LeafDraft.purposes(role));
    }

    private static int bits(KeyUsage usage) {
        byte[] bytes = usage.getBytes();
        int first = bytes.length > 0 ? bytes[0] & 0xFF : 0;
        int second = bytes.length > 1 ? bytes[1] & 0xFF : 0;
        return first | (second << 8);
    }
}
