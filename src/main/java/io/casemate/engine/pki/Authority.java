package io.casemate.engine.pki;

import io.casemate.crypto.SoftwareKeys;
import io.casemate.engine.SecretsEngine.Context;
import io.casemate.engine.pki.crl.CrlSettings;
import io.casemate.engine.pki.crl.Crls;
import io.casemate.engine.pki.crl.ForeignCrls;
import io.casemate.engine.pki.crl.Statements;
import io.casemate.engine.pki.issue.Issuance;
import io.casemate.engine.pki.issue.Urls;
import io.casemate.engine.pki.ocsp.OcspResponder;
import io.casemate.engine.pki.store.Certificates;
import io.casemate.engine.pki.store.CrlRolls;
import io.casemate.engine.pki.store.Ids;
import io.casemate.engine.pki.store.Issuers;
import io.casemate.engine.pki.store.Journal;
import io.casemate.engine.pki.store.Keys;
import io.casemate.engine.pki.store.Revocations;
import io.casemate.engine.pki.store.Roles;
import io.casemate.engine.pki.store.Settings;
import io.casemate.engine.pki.tidy.Chores;
import io.casemate.engine.pki.tidy.Tidying;
import java.util.Map;
import java.util.function.Supplier;

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
        Crls crls,
        ForeignCrls foreignCrls,
        OcspResponder ocsp,
        Tidying tidying) {

    static Authority of(Context context) {
        SoftwareKeys software = new SoftwareKeys(context.random());
        Keys keys = new Keys(context.storage(), software, context.signers());
        Journal journal = new Journal(context.storage(), Ids.uuid(context.random()), context.clock());
        Revocations revocations = new Revocations(context.storage());
        Settings settings = new Settings(context.storage());
        Issuers issuers = new Issuers(context.storage());
        Statements statements = new Statements(keys);
        Certificates certificates = new Certificates(context.storage());
        Supplier<CrlSettings> crlSettings =
                () -> CrlSettings.of(settings.get("crl").orElse(Map.of()));
        Crls crls =
                new Crls(statements, issuers, new CrlRolls(context.storage()), journal, crlSettings, context.clock());
        OcspResponder ocsp = new OcspResponder(
                statements, issuers, certificates, revocations, journal, crlSettings, context.clock());
        Tidying tidying = new Tidying(
                context.storage(),
                new Chores(context.storage(), certificates, revocations, issuers, crls).all(),
                () -> settings.get("auto-tidy").orElse(Map.of()),
                context.clock());
        return new Authority(
                context,
                software,
                keys,
                issuers,
                new Roles(context.storage()),
                certificates,
                revocations,
                settings,
                new Issuance(journal),
                crls,
                new ForeignCrls(statements, context.clock()),
                ocsp,
                tidying);
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
