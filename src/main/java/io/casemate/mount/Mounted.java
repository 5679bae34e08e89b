package io.casemate.mount;

import io.casemate.auth.AuthMethod;
import io.casemate.engine.EndpointTable;
import io.casemate.engine.Mountable;
import io.casemate.engine.SecretsEngine;
import io.casemate.kernel.MountInfo;
import java.util.Optional;

/** A mount table row with its engine or auth method open. */
public record Mounted(MountEntry entry, Mountable content, EndpointTable endpoints, MountInfo info) {
    static Mounted open(MountEntry entry, Mountable content) {
        return new Mounted(entry, content, new EndpointTable(content.endpoints()), entry.info());
    }

    /** The secrets engine, if it is one. */
    public Optional<SecretsEngine> engine() {
        return content instanceof SecretsEngine engine ? Optional.of(engine) : Optional.empty();
    }

    /** The auth method, if it is one. */
    public Optional<AuthMethod> method() {
        return content instanceof AuthMethod method ? Optional.of(method) : Optional.empty();
    }
}
