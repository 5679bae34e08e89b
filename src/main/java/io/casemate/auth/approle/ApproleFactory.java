package io.casemate.auth.approle;

import io.casemate.auth.AuthMethod;

/** Opens the {@code approle} method. */
public final class ApproleFactory implements AuthMethod.Factory {
    @Override
    public String type() {
        return "approle";
    }

    @Override
    public String description() {
        return "Roles of machines, proven by secret ids.";
    }

    @Override
    public AuthMethod open(AuthMethod.Context context) {
        return new Approle(context);
    }
}
