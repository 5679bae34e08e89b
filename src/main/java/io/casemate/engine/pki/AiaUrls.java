package io.casemate.engine.pki;

import io.casemate.engine.pki.crl.CrlSettings;
import io.casemate.engine.pki.crl.Crls;
import io.casemate.engine.pki.issue.Urls;
import io.casemate.engine.pki.role.FieldValues;
import io.casemate.engine.pki.store.CrlScope;
import io.casemate.engine.pki.store.CrlShards;
import io.casemate.engine.pki.store.Issuer;
import io.casemate.engine.pki.store.Issuers;
import io.casemate.engine.pki.store.Settings;
import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** What certificates and CRLs of an issuer say about where things are: its own URLs, or the mount's. */
final class AiaUrls {
    private final Settings settings;
    private final Issuers issuers;
    private final CrlShards shards;
    private final Supplier<CrlSettings> crls;
    /** An issuer's name and key never change, and neither does its scope. */
    private final Map<UUID, String> scopes = new ConcurrentHashMap<>();

    AiaUrls(Settings settings, Issuers issuers, CrlShards shards, Supplier<CrlSettings> crls) {
        this.settings = settings;
        this.issuers = issuers;
        this.shards = shards;
        this.crls = crls;
    }

    /**
     * For a certificate that is about to be issued. Shards that it may name are on record when this returns.
     *
     * @throws FaultException {@code BadRequest} when a template cannot be filled
     */
    Urls of(Issuer issuer) {
        Urls urls = filled(issuer);
        if (!urls.sharded()) {
            return urls;
        }
        String scope = scopes.computeIfAbsent(
                issuer.id(), _ -> CrlScope.of(issuer, issuers).id());
        int count = crls.get().shards();
        if (count == 0 && shards.of(scope).count() == 0) {
            throw Fault.badRequest(
                    "crl_distribution_points names " + CrlShards.MARK + ": set 'shards' of config/crl first");
        }
        return urls.sharded(shards.named(scope, count, urls.shardAddresses()));
    }

    /** Where the delta CRL is, for the complete one to tell; nothing when that cannot be said now. */
    private List<String> deltas(Issuer issuer) {
        try {
            return filled(issuer).delta();
        } catch (FaultException e) {
            return List.of();
        }
    }

    /** How CRLs are made. */
    Supplier<CrlSettings> crls() {
        return crls;
    }

    /** What CRLs tell of where they are. */
    Crls.Where where() {
        return new Crls.Where(shards, this::deltas);
    }

    private Urls filled(Issuer issuer) {
        Map<String, Object> own = issuer.extra().urls();
        Map<String, Object> values =
                own.isEmpty() ? FieldValues.whole(settings.get("urls").orElse(Map.of()), Urls.FIELDS) : own;
        Urls urls = Urls.of(values);
        return Boolean.TRUE.equals(values.get(Urls.TEMPLATING))
                ? urls.filled(issuer.id(), settings.get("cluster").orElse(Map.of()))
                : urls;
    }
}
