package io.casemate.engine.pki.issue;

import io.casemate.engine.Field;
import io.casemate.engine.Fields;
import io.casemate.engine.pki.name.DnsName;
import io.casemate.engine.pki.name.IpAddress;
import io.casemate.engine.pki.name.MailAddress;
import io.casemate.engine.pki.name.Printable;
import io.casemate.kernel.Fault;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralSubtree;
import org.bouncycastle.asn1.x509.NameConstraints;

/** Which names a CA may certify (RFC 5280 4.2.1.10): what its certificate will permit and exclude. */
public record CaConstraints(List<GeneralSubtree> permitted, List<GeneralSubtree> excluded) {
    /** The fields' declarations. */
    public static final Map<String, Field> FIELDS = declared();

    /** Reads the fields. */
    public static CaConstraints of(Fields fields) {
        return new CaConstraints(trees(fields, "permitted_"), trees(fields, "excluded_"));
    }

    /** There are none. */
    public boolean isEmpty() {
        return permitted.isEmpty() && excluded.isEmpty();
    }

    /** ASN.1. */
    NameConstraints encode() {
        return new NameConstraints(
                permitted.isEmpty() ? null : permitted.toArray(GeneralSubtree[]::new),
                excluded.isEmpty() ? null : excluded.toArray(GeneralSubtree[]::new));
    }

    private static List<GeneralSubtree> trees(Fields fields, String prefix) {
        return Stream.of(
                        each(fields, prefix + "dns_domains", field -> text -> dns(field, text)),
                        each(fields, prefix + "ip_ranges", field -> text -> range(field, text)),
                        each(fields, prefix + "email_addresses", field -> text -> mail(field, text)),
                        each(fields, prefix + "uri_domains", field -> text -> uri(field, text)))
                .flatMap(names -> names)
                .map(GeneralSubtree::new)
                .toList();
    }

    private static Stream<GeneralName> each(
            Fields fields, String field, Function<String, Function<String, GeneralName>> reader) {
        return fields.strings(field).stream().map(reader.apply(field));
    }

    private static GeneralName dns(String field, String text) {
        return new GeneralName(GeneralName.dNSName, domain(field, text));
    }

    private static GeneralName uri(String field, String text) {
        return new GeneralName(GeneralName.uniformResourceIdentifier, domain(field, text));
    }

    private static GeneralName mail(String field, String text) {
        return new GeneralName(
                GeneralName.rfc822Name,
                text.indexOf('@') > 0 ? MailAddress.parse(text).text() : domain(field, text));
    }

    private static String domain(String field, String text) {
        String bare = text.startsWith(".") ? text.substring(1) : text;
        DnsName name = DnsName.parse(bare);
        if (name.wildcard()) {
            throw Fault.badRequest("field '" + field + "': a domain, without a wildcard");
        }
        return text.startsWith(".") ? "." + name.text() : name.text();
    }

    /** The address, its host bits cleared, then its mask (RFC 5280 4.2.1.10). */
    private static GeneralName range(String field, String text) {
        int slash = text.indexOf('/');
        byte[] address =
                IpAddress.parse(slash < 0 ? text : text.substring(0, slash)).bytes();
        int most = address.length * 8;
        String length = slash < 0 ? Integer.toString(most) : text.substring(slash + 1);
        if (!length.matches("[0-9]{1,3}") || Integer.parseInt(length) > most) {
            throw Fault.badRequest("field '" + field + "': '" + Printable.of(text) + "' is not an address range");
        }
        byte[] both = new byte[2 * address.length];
        for (int bit = 0; bit < Integer.parseInt(length); bit++) {
            int mask = 0x80 >> bit % 8;
            both[bit / 8] |= (byte) (address[bit / 8] & mask);
            both[address.length + bit / 8] |= (byte) mask;
        }
        return new GeneralName(GeneralName.iPAddress, new DEROctetString(both));
    }

    private static Map<String, Field> declared() {
        Map<String, Field> fields = new LinkedHashMap<>();
        for (String prefix : List.of("permitted_", "excluded_")) {
            String what = "Name constraints: " + prefix.replace("_", "");
            fields.put(prefix + "dns_domains", Field.strings(what + " domains; with a leading dot only names below."));
            fields.put(prefix + "ip_ranges", Field.strings(what + " addresses, such as 10.0.0.0/8."));
            fields.put(prefix + "email_addresses", Field.strings(what + " addresses, their hosts, or .domains."));
            fields.put(prefix + "uri_domains", Field.strings(what + " hosts in URIs, or .domains."));
        }
        return Map.copyOf(fields);
    }
}
