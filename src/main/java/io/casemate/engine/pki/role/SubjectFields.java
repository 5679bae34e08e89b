package io.casemate.engine.pki.role;

import io.casemate.engine.Field;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** The subject's attributes beside the common name, as roles and CA requests give them. */
public final class SubjectFields {
    /** In the order in which they stand in the subject. */
    public static final Map<String, Field> ALL = all();

    private SubjectFields() {}

    private static Map<String, Field> all() {
        Map<String, Field> fields = new LinkedHashMap<>();
        fields.put("country", Field.strings("Subject: country (C), two letters."));
        fields.put("organization", Field.strings("Subject: organization (O)."));
        fields.put("ou", Field.strings("Subject: organizational unit (OU)."));
        fields.put("locality", Field.strings("Subject: locality (L)."));
        fields.put("province", Field.strings("Subject: state or province (ST)."));
        fields.put("street_address", Field.strings("Subject: street address."));
        fields.put("postal_code", Field.strings("Subject: postal code."));
        return Collections.unmodifiableMap(fields);
    }
}
