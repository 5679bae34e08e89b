package io.casemate.engine.pki.issue;

import io.casemate.engine.Field;
import io.casemate.engine.Fields;
import io.casemate.engine.pki.name.AltNames;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a request for an end certificate says, in fields; still unchecked. */
public record LeafRequest(
        Optional<String> commonName,
        AltNames.Spelt altNames,
        boolean excludeCommonName,
        RequestedValidity life,
        String serialNumber,
        List<String> userIds) {

    /** The fields' declarations. */
    public static final Map<String, Field> FIELDS = declared();

    /** Reads the fields. */
    public static LeafRequest of(Fields fields) {
        return new LeafRequest(
                fields.optionalString("common_name").map(String::strip).filter(name -> !name.isEmpty()),
                spelt(fields),
                fields.flag("exclude_cn_from_sans"),
                RequestedValidity.of(fields),
                fields.string("serial_number"),
                fields.strings("user_ids"));
    }

    /** The fields that name alternative names. */
    static AltNames.Spelt spelt(Fields fields) {
        return new AltNames.Spelt(
                fields.strings("alt_names"),
                fields.strings("ip_sans"),
                fields.strings("uri_sans"),
                fields.strings("other_sans"));
    }

    /** How the answer is written. */
    static void putForm(Map<String, Field> fields) {
        fields.put("format", new Field(Field.Type.STRING, "pem", "pem, der (in base64) or pem_bundle."));
        fields.put(
                "private_key_format", new Field(Field.Type.STRING, "der", "der (the key type's older form) or pkcs8."));
    }

    private static Map<String, Field> declared() {
        Map<String, Field> fields = new LinkedHashMap<>(RequestedValidity.FIELDS);
        fields.put("common_name", Field.string("The subject's common name; also an alternative name unless excluded."));
        fields.put("alt_names", Field.strings("DNS names and e-mail addresses."));
        fields.put("ip_sans", Field.strings("IP addresses."));
        fields.put("uri_sans", Field.strings("URIs."));
        fields.put("other_sans", Field.strings("otherName values: <oid>;UTF8:<text>."));
        fields.put("exclude_cn_from_sans", Field.flag(false, "Keep the common name out of the alternative names."));
        fields.put(
                "serial_number", Field.string("The subject's serialNumber attribute (not the certificate's number)."));
        fields.put("user_ids", Field.strings("The subject's user ids (UID)."));
        putForm(fields);
        fields.put("remove_roots_from_chain", Field.flag(false, "Leave self-signed certificates out of ca_chain."));
        return Collections.unmodifiableMap(fields);
    }
}
