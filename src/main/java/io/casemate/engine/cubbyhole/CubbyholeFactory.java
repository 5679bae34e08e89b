package io.casemate.engine.cubbyhole;

import io.casemate.engine.SecretsEngine;

/** Opens the {@code cubbyhole} engine. */
public final class CubbyholeFactory implements SecretsEngine.Factory {
    @Override
    public String type() {
        return "cubbyhole";
    }

    @Override
    public String description() {
        return "Secrets of one token, gone with it.";
    }

    @Override
    public Cubbyhole open(SecretsEngine.Context context) {
        return new Cubbyhole(context.storage());
    }
}
