package io.casemate.sys;

import io.casemate.engine.Field;
import io.casemate.engine.Fields;
import io.casemate.kernel.Fault;
import io.casemate.kernel.SecretBytes;
import io.casemate.seal.ShareText;
import java.util.LinkedHashMap;
import java.util.Map;

/** What the endpoints that take or hand out shares have in common. */
final class ShareFields {
    static final String RECIPIENTS =
            "One key for each share, kinds mixed as you like: an OpenPGP public key (armor or base64),"
                    + " an age1... recipient, an X.509 certificate in PEM.";

    private ShareFields() {}

    /** A share and the nonce it is given under. */
    static Map<String, Field> share() {
        Map<String, Field> fields = new LinkedHashMap<>();
        fields.put("key", Field.string("The share, in hexadecimal or base64."));
        fields.put("nonce", Field.string("The ceremony's nonce, as its status shows it."));
        return fields;
    }

    /** The share that was sent; the caller wipes it. */
    static SecretBytes share(Fields fields) {
        if (fields.string("key").isEmpty()) {
            throw Fault.badRequest("'key' must be specified in request body as JSON");
        }
        return ShareText.parse(fields.string("key"));
    }
}
