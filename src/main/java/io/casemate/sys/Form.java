package io.casemate.sys;

import io.casemate.kernel.Response;
import java.util.Map;

/** How the twins of an endpoint answer the same: the old ones as a bare object, the newer ones in the envelope. */
enum Form {
    PLAIN,
    ENVELOPED;

    Response of(Map<String, Object> members) {
        return this == PLAIN ? Response.plain(members) : Response.of(members);
    }
}
