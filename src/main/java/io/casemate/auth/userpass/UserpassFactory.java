package io.casemate.auth.userpass;

import io.casemate.auth.AuthMethod;
import io.casemate.crypto.PasswordHash;

/** Opens the {@code userpass} method. */
public final class UserpassFactory implements AuthMethod.Factory {
    private final PasswordHash hashes;

    /** With passwords hashed by {@code hashes}, which all mounts share. */
    public UserpassFactory(PasswordHash hashes) {
        this.hashes = hashes;
    }

    @Override
    public String type() {
        return "userpass";
    }

    @Override
    public String description() {
        return "Names and passwords kept here.";
    }

    @Override
    public AuthMethod open(AuthMethod.Context context) {
        return new Userpass(context, hashes);
    }
}
