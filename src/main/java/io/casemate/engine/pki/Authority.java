package io.casemate.engine.pki;

import io.casemate.crypto.SoftwareKeys;
import io.casemate.engine.SecretsEngine.Context;
import io.casemate.engine.pki.acme.MountServices;
import io.casemate.engine.pki.crl.CrlSettings;
import io.casemate.engine.pki.crl.Crls;
import io.casemate.engine.pki.crl.ForeignCrls;
import io.casemate.engine.pki.crl.RevocationSigner;
import io.casemate.engine.pki.govern.Governor;
import io.casemate.engine.pki.govern.Limits;
import io.casemate.engine.pki.issue.Issuance;
import io.casemate.engine.pki.issue.Leaf;
import io.casemate.engine.pki.issue.Urls;
import io.casemate.engine.pki.ocsp.Delegates;
import io.casemate.engine.pki.ocsp.OcspResponder;
import io.casemate.engine.pki.store.Certificates;
import io.casemate.engine.pki.store.CrlRolls;
import io.casemate.engine.pki.store.CrlShards;
import io.casemate.engine.pki.store.Ids;
import io.casemate.engine.pki.store.Issuer;
import io.casemate.engine.pki.store.Issuers;
import io.casemate.engine.pki.store.Journal;
import io.casemate.engine.pki.store.Keys;
import io.casemate.engine.pki.store.Revocations;
import io.casemate.engine.pki.store.Roles;
import io.casemate.engine.pki.store.Settings;
import io.casemate.engine.pki.tidy.TidyPlan;
import io.casemate.engine.pki.tidy.TidyTasks;
import io.casemate.engine.pki.tidy.Tidying;
import io.casemate.kernel.Fault;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;

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
        Delegates delegates,
        Tidying tidying,
        Governor governor,
        AiaUrls aia) {

    static Authority of(Context context) {
        SoftwareKeys software = new SoftwareKeys(context.random());
        Keys keys = new Keys(context.storage(), software, context.signers(), context.managed());
        Journal journal = new Journal(context.storage(), Ids.uuid(context.random()), context.clock());
        Revocations revocations = new Revocations(context.storage());
        Settings settings = new Settings(context.storage());
        Issuers issuers = new Issuers(context.storage(), context.clock());
        RevocationSigner revocationSigner = new RevocationSigner(keys);
        Certificates certificates = new Certificates(context.storage());
        Supplier<CrlSettings> crlSettings =
                () -> CrlSettings.of(settings.get("crl").orElse(Map.of()));
        AiaUrls aia = new AiaUrls(settings, issuers, new CrlShards(context.storage()), crlSettings);
        Crls crls = crls(context, revocationSigner, issuers, journal, aia);
        Issuance issuance = new Issuance(journal);
        Delegates delegates =
                new Delegates(context.storage(), software, keys, issuance, context.random(), context.clock());
        OcspResponder ocsp = new OcspResponder(
                revocationSigner, delegates, issuers, certificates, revocations, journal, crlSettings, context.clock());
        TidyTasks tasks = new TidyTasks(context.storage(), certificates, revocations, issuers, delegates::forget);
        return new Authority(
                context,
                software,
                keys,
                issuers,
                new Roles(context.storage()),
                certificates,
                revocations,
                settings,
                issuance,
                crls,
                new ForeignCrls(revocationSigner, context.clock()),
                ocsp,
                delegates,
                tidying(context, tasks, settings),
                new Governor(() -> Limits.of(settings.get("governor").orElse(Map.of())), context.clock()),
                aia);
    }

    private static Tidying tidying(Context context, TidyTasks tasks, Settings settings) {
        Supplier<Map<String, Object>> plan =
                () -> TidyPlan.automatic(settings.get("auto-tidy").orElse(Map.of()));
        return new Tidying(context.storage(), tasks.all(), plan, context.clock());
    }

    private static Crls crls(
            Context context, RevocationSigner revocationSigner, Issuers issuers, Journal journal, AiaUrls aia) {
        CrlRolls rolls = new CrlRolls(context.storage());
        return new Crls(revocationSigner, issuers, rolls, journal, aia.crls(), aia.where(), context.clock());
    }

    /**
     * The issuer to sign with.
     *
     * @throws io.casemate.kernel.FaultException {@code NotFound}, or {@code BadRequest} when it may or can not,
     *     {@code Unavailable} while issuing is frozen
     */
    Issuer issuing(String ref) {
        governor.refuseFrozen();
        Issuer issuer = issuers.find(ref);
        if (issuer.keyId().isEmpty() || !issuer.usages().contains("issuing-certificates")) {
            throw Fault.badRequest("issuer " + issuer.id() + " has no key here, or may not issue certificates");
        }
        if (revocations.ofIssuer(issuer.id()).isPresent()) {
            throw Fault.badRequest("issuer " + issuer.id() + " is revoked and issues no more certificates");
        }
        return issuer;
    }

    /** What certificates of {@code issuer} say about where things are: its own URLs, or the mount's. */
    Urls urls(Issuer issuer) {
        return aia.of(issuer);
    }

    /** The id of the key that is meant when none is named: the one that was set, or the default issuer's; or empty. */
    String defaultKey() {
        return settings.get("keys")
                .map(values -> (String) values.get("default"))
                .filter(id -> keys.byId(id).isPresent())
                .or(() -> issuers.byRef(Ids.DEFAULT).map(Issuer::keyId))
                .orElse("");
    }

    /** When these issuers, or which of them is the default, last changed. */
    Instant changed(List<Issuer> those) {
        return Stream.concat(
                        Stream.of(issuers.defaults().modified()),
                        those.stream().map(issuer -> issuer.extra().modified()))
                .max(Comparator.naturalOrder())
                .orElse(Instant.EPOCH);
    }

    /** What issuing needs. */
    Leaf.Services leafServices(Issuer issuer) {
        return new Leaf.Services(issuance, keys, urls(issuer), context.ttls().get(), context.random(), context.clock());
    }

    /** What ACME needs. */
    MountServices acmeServices() {
        return new MountServices(
                context, issuers, roles, certificates, revocations, settings, governor, this::leafServices);
    }

    /** Drops everything parsed. */
    void forget() {
        keys.clear();
        delegates.clear();
        issuers.clear();
        roles.clear();
    }
}
