package io.casemate.auth.jwt;

import io.casemate.auth.AuthMethod;

/** Opens the {@code jwt} method, which is also called {@code oidc}. */
public final class JwtFactory implements AuthMethod.Factory {
    private final String type;

    /** By the name {@code jwt} or {@code oidc}. */
    public JwtFactory(String type) {
        this.type = type;
    }

    @Override
    public String type() {
        return type;
    }

    @Override
    public String description() {
        return "JSON Web Tokens, verified by keys given here, a JWKS or OIDC discovery.";
    }

    @Override
    public AuthMethod open(AuthMethod.Context context) {
        return new JwtMethod(context);
    }
}
