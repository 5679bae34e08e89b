package io.casemate.sys;

import io.casemate.engine.Endpoint;
import io.casemate.engine.Endpoint.Access;
import io.casemate.engine.Field;
import io.casemate.kernel.Fault;
import io.casemate.kernel.Operation;
import java.util.List;

/** {@code sys/mfa/validate}: the second half of a login with a second factor, which this server never asks for. */
public final class MfaEndpoints {
    private static final String NONE = "this server asks for no second factor: a login answers with a token at once";

    private MfaEndpoints() {}

    /** Patterns relative to {@code sys/}. */
    public static List<Endpoint> endpoints() {
        return List.of(Endpoint.at("mfa/validate", "Ends a login with a second factor: there is none to end.")
                .access(Access.PUBLIC)
                .field("mfa_request_id", Field.string("Taken for clients."))
                .field("mfa_payload", Field.any("Taken for clients."))
                .on(Operation.UPDATE, _ -> {
                    throw Fault.badRequest(NONE);
                })
                .build());
    }
}
