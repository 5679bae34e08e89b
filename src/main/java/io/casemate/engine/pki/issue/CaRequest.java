package io.casemate.engine.pki.issue;

import io.casemate.engine.Field;
import io.casemate.engine.Fields;
import io.casemate.engine.pki.draft.KeyUsages;
import io.casemate.engine.pki.name.AltNames;
import io.casemate.engine.pki.name.DnsName;
import io.casemate.engine.pki.name.SubjectText;
import io.casemate.engine.pki.role.SubjectFields;
import io.casemate.engine.pki.role.SubjectName;
import io.casemate.kernel.Fault;
import java.math.BigInteger;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Certificate;
import org.bouncycastle.asn1.x509.Extensions;

/**
 * What a request for a CA certificate says.
 *
 * @param maxPathLength -1 for no limit
 * @param keyId hex of the subject's key identifier; empty for the usual one
 */
public record CaRequest(
        X500Name subject,
        AltNames altNames,
        RequestedValidity life,
        Duration backdate,
        int maxPathLength,
        CaConstraints constraints,
        Signing signing,
        String keyId) {

    private static final Pattern KEY_ID = Pattern.compile("([0-9a-fA-F]{2}[:-]?){1,64}");

    /** The fields' declarations. */
    public static final Map<String, Field> FIELDS = declared();

    /**
     * How it is signed and what its key may do.
     *
     * @param bits hash of RSA signatures, 0 for the default
     * @param usages bits of {@code KeyUsage}
     */
    public record Signing(int bits, boolean pss, int usages) {}

    /** Reads the fields. */
    public static CaRequest of(Fields fields) {
        Optional<String> commonName = fields.optionalString("common_name")
                .filter(text -> !text.isBlank())
                .map(text -> SubjectText.check("common_name", text.strip(), 64));
        if (commonName.isEmpty()) {
            throw Fault.badRequest("the common_name field is required");
        }
        X500Name subject =
                SubjectName.of(fields::strings).complete(commonName, fields.string("serial_number"), List.of());
        return of(fields, subject, AltNames.parse(LeafRequest.spelt(fields), DnsName.Syntax.HOST));
    }

    /** Reads the fields, with subject and alternative names as the CSR has them. */
    public static CaRequest of(Fields fields, Csr csr) {
        return of(fields, CsrNames.rebuilt(csr.subject()), csr.altNames(DnsName.Syntax.HOST));
    }

    private static CaRequest of(Fields fields, X500Name subject, AltNames altNames) {
        return new CaRequest(
                subject,
                altNames,
                RequestedValidity.of(fields),
                fields.duration("not_before_duration"),
                pathLength(fields.integer("max_path_length")),
                CaConstraints.of(fields),
                new Signing(
                        hashBits(fields.integer("signature_bits")),
                        fields.flag("use_pss"),
                        KeyUsages.ofCa(fields.strings("key_usage"))),
                keyId(fields.string("skid")));
    }

    /** The same below {@code issuer}: a path length that is left open is one less than the issuer's, if that has one. */
    public CaRequest within(Certificate issuer) {
        Extensions extensions = issuer.getTBSCertificate().getExtensions();
        BasicConstraints basic = extensions == null ? null : BasicConstraints.fromExtensions(extensions);
        BigInteger limit = basic == null ? null : basic.getPathLenConstraint();
        if (maxPathLength >= 0 || limit == null || limit.signum() == 0) {
            return this;
        }
        int length = limit.intValueExact() - 1;
        return new CaRequest(subject, altNames, life, backdate, length, constraints, signing, keyId);
    }

    private static int hashBits(long sent) {
        if (sent != 0 && sent != 256 && sent != 384 && sent != 512) {
            throw Fault.badRequest("field 'signature_bits': 0, 256, 384 or 512");
        }
        return (int) sent;
    }

    private static int pathLength(long sent) {
        if (sent < -1 || sent > 100) {
            throw Fault.badRequest("field 'max_path_length': -1 (no limit) to 100");
        }
        return (int) sent;
    }

    private static String keyId(String sent) {
        if (!sent.isEmpty() && !KEY_ID.matcher(sent).matches()) {
            throw Fault.badRequest("field 'skid': hex, with : or - between octets");
        }
        return sent.replace(":", "").replace("-", "");
    }

    private static Map<String, Field> declared() {
        Map<String, Field> fields = new LinkedHashMap<>(SubjectFields.ALL);
        fields.putAll(RequestedValidity.FIELDS);
        fields.putAll(CaConstraints.FIELDS);
        fields.put("common_name", Field.string("The subject's common name; required."));
        fields.put("alt_names", Field.strings("DNS names and e-mail addresses."));
        fields.put("ip_sans", Field.strings("IP addresses."));
        fields.put("uri_sans", Field.strings("URIs."));
        fields.put("other_sans", Field.strings("otherName values: <oid>;UTF8:<text>."));
        fields.put("exclude_cn_from_sans", Field.flag(false, "A CA's common name is never an alternative name."));
        fields.put("serial_number", Field.string("The subject's serialNumber attribute."));
        fields.put("not_before_duration", new Field(Field.Type.DURATION, Duration.ofSeconds(30), "Backdating."));
        fields.put("max_path_length", Field.integer(-1, "How many CAs may follow; -1 for no limit."));
        fields.put(
                "key_usage",
                new Field(
                        Field.Type.STRINGS,
                        List.of("CertSign", "CRLSign"),
                        "CertSign and CRLSign are always there; DigitalSignature may be added."));
        fields.put("signature_bits", Field.integer(0, "Hash of RSA signatures: 256, 384, 512; 0 for 256."));
        fields.put("use_pss", Field.flag(false, "RSASSA-PSS signatures by an RSA key."));
        fields.put("skid", Field.string("The subject's key identifier in hex; SHA-1 of its key when absent."));
        LeafRequest.putForm(fields);
        return Collections.unmodifiableMap(fields);
    }
}
