package io.casemate.engine.pki.issue;

import io.casemate.engine.Field;
import io.casemate.engine.Fields;
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
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Certificate;
import org.bouncycastle.asn1.x509.Extensions;

/**
 * What a request for a CA certificate says.
 *
 * @param maxPathLength -1 for no limit
 * @param permittedDnsDomains name constraints (RFC 5280 4.2.1.10); empty for none
 */
public record CaAsk(
        X500Name subject,
        AltNames altNames,
        Optional<Duration> ttl,
        String notAfter,
        Duration backdate,
        int maxPathLength,
        List<String> permittedDnsDomains,
        int signatureBits) {

    /** The fields' declarations. */
    public static final Map<String, Field> FIELDS = declared();

    /** Reads the fields. */
    public static CaAsk of(Fields fields) {
        if (!fields.strings("other_sans").isEmpty()) {
            throw Fault.badRequest("field 'other_sans': not supported by this version");
        }
        Optional<String> commonName = fields.optionalString("common_name")
                .filter(text -> !text.isBlank())
                .map(text -> SubjectText.check("common_name", text.strip(), 64));
        if (commonName.isEmpty()) {
            throw Fault.badRequest("the common_name field is required");
        }
        return new CaAsk(
                SubjectName.of(fields::strings).complete(commonName, fields.string("serial_number"), List.of()),
                AltNames.parse(
                        fields.strings("alt_names"),
                        fields.strings("ip_sans"),
                        fields.strings("uri_sans"),
                        DnsName.Syntax.HOST),
                Optional.of(fields.duration("ttl")).filter(Duration::isPositive),
                fields.string("not_after"),
                fields.duration("not_before_duration"),
                pathLength(fields.integer("max_path_length")),
                fields.strings("permitted_dns_domains").stream()
                        .map(CaAsk::constraint)
                        .toList(),
                hashBits(fields.integer("signature_bits")));
    }

    /** The same below {@code issuer}: a path length that is left open is one less than the issuer's, if that has one. */
    public CaAsk within(Certificate issuer) {
        Extensions extensions = issuer.getTBSCertificate().getExtensions();
        BasicConstraints constraints = extensions == null ? null : BasicConstraints.fromExtensions(extensions);
        BigInteger limit = constraints == null ? null : constraints.getPathLenConstraint();
        if (maxPathLength >= 0 || limit == null || limit.signum() == 0) {
            return this;
        }
        int length = limit.intValueExact() - 1;
        return new CaAsk(subject, altNames, ttl, notAfter, backdate, length, permittedDnsDomains, signatureBits);
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

    private static String constraint(String domain) {
        String bare = domain.startsWith(".") ? domain.substring(1) : domain;
        DnsName name = DnsName.parse(bare);
        if (name.wildcard()) {
            throw Fault.badRequest("field 'permitted_dns_domains': a domain, without a wildcard");
        }
        return domain.startsWith(".") ? "." + name.text() : name.text();
    }

    private static Map<String, Field> declared() {
        Map<String, Field> fields = new LinkedHashMap<>(SubjectFields.ALL);
        fields.put("common_name", Field.string("The subject's common name; required."));
        fields.put("alt_names", Field.strings("DNS names and e-mail addresses."));
        fields.put("ip_sans", Field.strings("IP addresses."));
        fields.put("uri_sans", Field.strings("URIs."));
        fields.put("other_sans", Field.strings("otherName values; not supported by this version."));
        fields.put("exclude_cn_from_sans", Field.flag(false, "A CA's common name is never an alternative name."));
        fields.put("serial_number", Field.string("The subject's serialNumber attribute."));
        fields.put("ttl", Field.duration("Life; the mount's default when absent, at most its maximum."));
        fields.put("not_after", Field.string("End of life, RFC 3339; instead of ttl."));
        fields.put("not_before_duration", new Field(Field.Type.DURATION, Duration.ofSeconds(30), "Backdating."));
        fields.put("max_path_length", Field.integer(-1, "How many CAs may follow; -1 for no limit."));
        fields.put("permitted_dns_domains", Field.strings("Name constraints: domains that may be certified."));
        fields.put("signature_bits", Field.integer(0, "Hash of RSA signatures: 256, 384, 512; 0 for 256."));
        fields.put("format", new Field(Field.Type.STRING, "pem", "pem, der (in base64) or pem_bundle."));
        fields.put(
                "private_key_format", new Field(Field.Type.STRING, "der", "der (the key type's older form) or pkcs8."));
        return Collections.unmodifiableMap(fields);
    }
}
