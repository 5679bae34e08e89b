package io.casemate.engine.pki;

import io.casemate.engine.SecretsEngine;

/** Makes PKI engines. */
public final class PkiFactory implements SecretsEngine.Factory {
    @Override
    public String type() {
        return "pki";
    }

    @Override
    public String description() {
        return "A certificate authority: issues, signs and revokes X.509 certificates.";
    }

    @Override
    public SecretsEngine open(SecretsEngine.Context context) {
        return new PkiEngine(Authority.of(context));
    }
}
