package io.casemate.engine.pki.role;

import io.casemate.engine.pki.name.SubjectText;
import io.casemate.kernel.Fault;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERPrintableString;
import org.bouncycastle.asn1.DERUTF8String;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;

/**
 * A subject built attribute by attribute. Values go in as characters, never through a text syntax, so nothing in a value
 * can become an attribute of its own.
 */
public final class SubjectName {
    private static final Map<String, ASN1ObjectIdentifier> ATTRIBUTES = Map.of(
            "country", BCStyle.C,
            "organization", BCStyle.O,
            "ou", BCStyle.OU,
            "locality", BCStyle.L,
            "province", BCStyle.ST,
            "street_address", BCStyle.STREET,
            "postal_code", BCStyle.POSTAL_CODE);
    private static final Map<String, Integer> BOUNDS = Map.of("organization", 64, "ou", 64);

    private final X500NameBuilder builder = new X500NameBuilder(BCStyle.INSTANCE);

    private SubjectName() {}

    /** The attributes that {@link SubjectFields} names, in their order. */
    public static SubjectName of(Function<String, List<String>> fields) {
        SubjectName name = new SubjectName();
        SubjectFields.ALL.keySet().forEach(field -> fields.apply(field).forEach(value -> name.attribute(field, value)));
        return name;
    }

    /** The attributes of a role. */
    public static SubjectName of(Role role) {
        return of(role::strings);
    }

    /** The whole subject: these attributes, then common name, serial number and user ids. */
    public X500Name complete(Optional<String> commonName, String serialNumber, List<String> userIds) {
        commonName.ifPresent(text -> builder.addRDN(BCStyle.CN, new DERUTF8String(text)));
        if (!serialNumber.isEmpty()) {
            builder.addRDN(
                    BCStyle.SERIALNUMBER,
                    printable("serial_number", SubjectText.check("serial_number", serialNumber, 64)));
        }
        userIds.forEach(id -> builder.addRDN(BCStyle.UID, new DERUTF8String(SubjectText.check("user_ids", id, 256))));
        return builder.build();
    }

    private void attribute(String field, String value) {
        SubjectText.check(field, value, BOUNDS.getOrDefault(field, 128));
        if (!field.equals("country")) {
            builder.addRDN(ATTRIBUTES.get(field), new DERUTF8String(value));
            return;
        }
        if (value.length() != 2) {
            throw Fault.badRequest("field 'country': two letters (ISO 3166), RFC 5280 A.1");
        }
        builder.addRDN(BCStyle.C, printable(field, value));
    }

    private static DERPrintableString printable(String field, String value) {
        if (!DERPrintableString.isPrintableString(value)) {
            throw Fault.badRequest("field '" + field + "': letters, digits and ' ( ) + , - . / : = ? only");
        }
        return new DERPrintableString(value);
    }
}
