package io.casemate.engine.pki.draft;

import io.casemate.engine.pki.name.Printable;
import io.casemate.kernel.Fault;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x509.Certificate;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;

/** Names of key usages and extended key usages, as the API writes them, with or without their long prefix; and what a certificate says of them. */
public final class KeyUsages {
    private static final Map<String, Integer> BITS = Map.of(
            "digitalsignature", KeyUsage.digitalSignature,
            "contentcommitment", KeyUsage.nonRepudiation,
            "keyencipherment", KeyUsage.keyEncipherment,
            "dataencipherment", KeyUsage.dataEncipherment,
            "keyagreement", KeyUsage.keyAgreement,
            "encipheronly", KeyUsage.encipherOnly,
            "decipheronly", KeyUsage.decipherOnly);
    private static final Map<String, KeyPurposeId> PURPOSES = Map.ofEntries(
            Map.entry("any", KeyPurposeId.anyExtendedKeyUsage),
            Map.entry("serverauth", KeyPurposeId.id_kp_serverAuth),
            Map.entry("clientauth", KeyPurposeId.id_kp_clientAuth),
            Map.entry("codesigning", KeyPurposeId.id_kp_codeSigning),
            Map.entry("emailprotection", KeyPurposeId.id_kp_emailProtection),
            Map.entry("ipsecendsystem", KeyPurposeId.id_kp_ipsecEndSystem),
            Map.entry("ipsectunnel", KeyPurposeId.id_kp_ipsecTunnel),
            Map.entry("ipsecuser", KeyPurposeId.id_kp_ipsecUser),
            Map.entry("timestamping", KeyPurposeId.id_kp_timeStamping),
            Map.entry("ocspsigning", KeyPurposeId.id_kp_OCSPSigning),
            Map.entry("microsoftservergatedcrypto", purpose("1.3.6.1.4.1.311.10.3.3")),
            Map.entry("netscapeservergatedcrypto", purpose("2.16.840.1.113730.4.1")),
            Map.entry("microsoftcommercialcodesigning", purpose("1.3.6.1.4.1.311.2.1.22")),
            Map.entry("microsoftkernelcodesigning", purpose("1.3.6.1.4.1.311.61.1.1")));
    private static final Set<String> CA_NAMES = Set.of("certsign", "crlsign", "keycertsign");

    private KeyUsages() {}

    /** The bits of {@link KeyUsage}, without the two that only a CA has; refuses unknown names. */
    public static int parse(List<String> names) {
        int bits = 0;
        for (String name : names) {
            if (isOfCa(name)) {
                continue;
            }
            Integer bit = BITS.get(plain(name, "keyusage"));
            if (bit == null) {
                throw Fault.badRequest("field 'key_usage': '" + Printable.of(name) + "' is none of " + BITS.keySet());
            }
            bits |= bit;
        }
        return bits;
    }

    /** The bits of a CA: the two that make one, and what is named beside them. */
    public static int ofCa(List<String> names) {
        return parse(names) | KeyUsage.keyCertSign | KeyUsage.cRLSign;
    }

    /**
     * The bits of an end certificate. None at all when nothing is named; names of a CA alone are refused, since a certificate without the
     * extension is good for everything.
     */
    public static int ofLeaf(List<String> names) {
        int bits = parse(names);
        if (bits == 0 && !names.isEmpty()) {
            throw Fault.badRequest("field 'key_usage': only a CA has " + String.join(", ", names) + "; name another");
        }
        return bits;
    }

    /** What to tell whoever named usages for end certificates that only a CA has. */
    public static Optional<String> leftOut(List<String> names) {
        List<String> those = names.stream().filter(KeyUsages::isOfCa).toList();
        return those.isEmpty()
                ? Optional.empty()
                : Optional.of("key_usage: only a CA has " + String.join(", ", those)
                        + "; end certificates are made without (RFC 5280 4.2.1.3)");
    }

    private static boolean isOfCa(String name) {
        return CA_NAMES.contains(plain(name, "keyusage"));
    }

    /** The purposes named. */
    public static List<KeyPurposeId> extended(List<String> names) {
        List<KeyPurposeId> purposes = new ArrayList<>();
        for (String name : names) {
            purposes.add(Optional.ofNullable(PURPOSES.get(plain(name, "extkeyusage")))
                    .orElseThrow(() -> Fault.badRequest("field 'ext_key_usage': '" + Printable.of(name)
                            + "' is none of " + PURPOSES.keySet() + "; give others as ext_key_usage_oids")));
        }
        return purposes;
    }

    /** Object identifiers in dotted form. */
    public static List<ASN1ObjectIdentifier> oids(String field, List<String> texts) {
        List<ASN1ObjectIdentifier> oids = new ArrayList<>();
        for (String text : texts) {
            oids.add(Optional.ofNullable(text.length() > 128 ? null : ASN1ObjectIdentifier.tryFromID(text))
                    .orElseThrow(() -> Fault.badRequest(
                            "field '" + field + "': '" + Printable.of(text) + "' is not an object identifier")));
        }
        return oids;
    }

    /** {@code bits} without those that a key of this type cannot do (RFC 3279 2.3.1, RFC 8813 3, RFC 8410 5, RFC 9881 5). */
    public static int fitting(int bits, String keyType) {
        int enciphering = KeyUsage.keyEncipherment | KeyUsage.dataEncipherment;
        int agreeing = KeyUsage.keyAgreement | KeyUsage.encipherOnly | KeyUsage.decipherOnly;
        return switch (keyType) {
            case "ec" -> bits & ~enciphering;
            case "rsa" -> bits & ~agreeing;
            default -> bits & ~enciphering & ~agreeing;
        };
    }

    /** Whether a certificate lets its key do {@code bit}; one without the extension lets it do everything (RFC 5280 4.2.1.3). */
    public static boolean allows(Certificate certificate, int bit) {
        return Optional.ofNullable(certificate.getTBSCertificate().getExtensions())
                .map(KeyUsage::fromExtensions)
                .map(usage -> usage.hasUsages(bit))
                .orElse(true);
    }

    private static KeyPurposeId purpose(String oid) {
        return KeyPurposeId.getInstance(new ASN1ObjectIdentifier(oid));
    }

    private static String plain(String name, String prefix) {
        String lower = name.strip().toLowerCase(Locale.ROOT);
        return lower.startsWith(prefix) ? lower.substring(prefix.length()) : lower;
    }
}
