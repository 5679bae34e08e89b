package io.casemate.kernel;

import java.util.List;

/** The gate's verdict on a request, made before anything happens. */
public sealed interface Decision {
    /** Who asked, as far as is known: anonymous when the token was not recognised. */
    Caller caller();

    /** Go ahead; {@code grantedBy} names the policies whose rules allowed it. */
    record Allowed(Caller caller, List<String> grantedBy) implements Decision {}

    /** Refused, with the fault the client will see. */
    record Denied(Caller caller, FaultException failure) implements Decision {}

    /** The caller, or the refusal thrown. */
    default Caller callerOrThrow() {
        return switch (this) {
            case Allowed(Caller caller, var _) -> caller;
            case Denied(var _, FaultException failure) -> throw failure;
        };
    }
}
