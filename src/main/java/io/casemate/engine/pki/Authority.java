package io.casemate.engine.pki;

import io.casemate.crypto.SoftwareKeys;
import io.casemate.engine.SecretsEngine.Context;
import io.casemate.engine.pki.crl.CrlSettings;
import io.casemate.engine.pki.crl.Crls;
import io.casemate.engine.pki.crl.Statements;
import io.casemate.engine.pki.issue.Issuance;
import io.casemate.engine.pki.issue.Urls;
import io.casemate.engine.pki.store.Certificates;
import io.casemate.engine.pki.store.CrlRolls;
import io.casemate.engine.pki.store.Ids;
import io.casemate.engine.pki.store.Issuers;
import io.casemate.engine.pki.store.Journal;
import io.casemate.engine.pki.store.Keys;
import io.casemate.engine.pki.store.Revocations;
import io.casemate.engine.pki.store.Roles;
import io.casemate.engine.pki.store.Settings;
import java.util.Map;

/** The parts of one PKI mount, which the endpoints share. */
record Authority(
        Context context,
        SoftwareKeys software,
        Keys keys,
        Issuers issuers,
        Roles roles,
        Certificates certificates,
        Revocations revocations,
        Settings settings,
        Issuance issuance,
        Crls crls) {

    static Authority of(Context context) {
        SoftwareKeys software = new SoftwareKeys(context.random());
        Keys keys = new Keys(context.storage(), software, context.signers());
        Journal journal = new Journal(context.storage(), Ids.uuid(context.random()), context.clock());
        Revocations revocations = new Revocations(context.storage());
        Settings settings = new Settings(context.storage());
        Statements statements = new Statements(keys);
        CrlRolls rolls = new CrlRolls(context.storage());
        Crls crls = new Crls(
                statements,
                rolls,
                journal,
                () -> CrlSettings.of(settings.get("crl").orElse(Map.of())),
                context.clock());
        return new Authority(
                context,
                software,
                keys,
                new Issuers(context.storage()),
                new Roles(context.storage()),
                new Certificates(context.storage()),
                revocations,
                settings,
                new Issuance(journal),
                crls);
    }

    /** What certificates say about where things are. */
    Urls urls() {
        return settings.get("urls").map(Urls::of).orElse(Urls.NONE);
    }

    /** Drops everything parsed. */
    void forget() {
        keys.clear();
        issuers.clear();
        roles.clear();
    }
}
