package io.casemate.mount;

import io.casemate.engine.EndpointTable;
import io.casemate.engine.SecretsEngine;
import io.casemate.kernel.MountInfo;

/** A mount table row with its engine open. */
public record Mounted(MountEntry entry, SecretsEngine engine, EndpointTable endpoints, MountInfo info) {
    static Mounted open(MountEntry entry, SecretsEngine engine) {
        return new Mounted(entry, engine, new EndpointTable(engine.endpoints()), entry.info());
    }
}
