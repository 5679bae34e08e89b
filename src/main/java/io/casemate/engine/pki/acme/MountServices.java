package io.casemate.engine.pki.acme;

import io.casemate.engine.SecretsEngine.Context;
import io.casemate.engine.pki.govern.Governor;
import io.casemate.engine.pki.issue.Leaf;
import io.casemate.engine.pki.store.Certificates;
import io.casemate.engine.pki.store.Issuer;
import io.casemate.engine.pki.store.Issuers;
import io.casemate.engine.pki.store.Revocations;
import io.casemate.engine.pki.store.Roles;
import io.casemate.engine.pki.store.Settings;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.function.Function;

/** What ACME needs of the mount it serves; it issues on the same road as every other request. */
public record MountServices(
        Context context,
        Issuers issuers,
        Roles roles,
        Certificates certificates,
        Revocations revocations,
        Settings settings,
        Governor governor,
        Function<Issuer, Leaf.Services> leaf) {

    /** Now, in whole seconds as records have it. */
    Instant now() {
        return context.clock().instant().truncatedTo(ChronoUnit.SECONDS);
    }
}
