package io.casemate.core;

import io.casemate.audit.AuditBroker;
import io.casemate.audit.AuditDeviceConfig;
import io.casemate.audit.AuditTable;
import io.casemate.audit.MemoryDevice;
import io.casemate.barrier.MemoryView;
import io.casemate.core.lease.LeaseCensus;
import io.casemate.core.lease.MountedLeaseIssuers;
import io.casemate.core.request.ActiveClients;
import io.casemate.core.request.ClientLedger;
import io.casemate.core.request.EntityLogins;
import io.casemate.core.request.Leasing;
import io.casemate.core.request.Logins;
import io.casemate.core.request.QuotaGate;
import io.casemate.core.request.RequestPipeline;
import io.casemate.core.request.ResponseIssuance;
import io.casemate.core.request.ResponseWrapping;
import io.casemate.core.request.RouteTimers;
import io.casemate.core.request.WrappingTokens;
import io.casemate.engine.Endpoint;
import io.casemate.engine.cubbyhole.Cubbyhole;
import io.casemate.identity.IdentityStore;
import io.casemate.lease.Leases;
import io.casemate.metrics.Meters;
import io.casemate.mount.MountConfig;
import io.casemate.mount.MountTypes;
import io.casemate.mount.Mounts;
import io.casemate.mount.Worlds;
import io.casemate.policy.PolicyStore;
import io.casemate.quota.Quotas;
import io.casemate.sys.SystemEngine;
import io.casemate.token.LoginTokens;
import io.casemate.token.TokenEndpoints;
import io.casemate.token.TokenLeases;
import io.casemate.token.TokenStore;
import io.casemate.token.WrappingJwt;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;

/** The whole road as one process has it, put together as the server does, on storage in memory. For tests. */
final class Road {
    final PolicyStore policies;
    final TokenStore tokens;
    final Leases leases;
    final Quotas quotas;
    final IdentityStore identities;
    final ResponseWrapping wrapping;
    final Mounts mounts;

    final Meters meters = new Meters();
    final ActiveClients clients;

    private final AuditBroker broker;
    private final InstantSource clock;
    private final Logins logins;

    /** With no types that could be mounted, audited to {@code device} alone. */
    Road(MemoryView storage, MemoryDevice device, InstantSource clock) {
        this(storage, audited(storage, device, clock), new MountTypes(Map.of(), Map.of()), clock);
    }

    /** With {@code auth/token/}, {@code cubbyhole/} and {@code identity/} mounted. */
    Road(MemoryView storage, AuditBroker broker, MountTypes types, InstantSource clock) {
        SecureRandom random = new SecureRandom();
        this.broker = broker;
        this.clock = clock;
        policies = new PolicyStore(storage.below("policy/"));
        tokens = new TokenStore(storage.below("token/"), random, clock, MountConfig.DEFAULT::ttls);
        mounts = new Mounts(storage, types, Worlds.withoutHsm(clock));
        identities = new IdentityStore(storage.below("identity/"), random, clock, mounts::byAccessor);
        leases = new Leases(storage.below("lease/"), new MountedLeaseIssuers(mounts::byId), random, clock);
        TokenLeases tokenLeases = new TokenLeases(storage.below("token/"), tokens);
        quotas = new Quotas(storage.below("quota/"), new LeaseCensus(leases, tokenLeases, mounts::byId), clock);
        clients = new ActiveClients(new ClientLedger(storage.below("clients/")), clock);
        Cubbyhole cubbyhole = new Cubbyhole(storage.below("cubbyhole/"));
        WrappingTokens wrappingTokens = new WrappingTokens(tokens, new WrappingJwt(storage.below("wrapping/"), random));
        wrapping = new ResponseWrapping(tokens, wrappingTokens, cubbyhole, clock);
        EntityLogins entities = new EntityLogins(identities, mounts);
        logins = new Logins(mounts, new LoginTokens(tokens), entities);
        tokens.onEnded(cubbyhole::forgetWithin, cubbyhole::forget);
        tokens.onEnded(leases::none, leases::endToken);
        mounts.onLeaving(mounted -> tokens.endMount(mounted.entry().uuid()));
        mounts.onLeaving(mounted -> identities.endMount(mounted.entry().accessor()));
        mounts.fixed("cubbyhole/", "cubbyhole", "", cubbyhole);
        mounts.fixed("identity/", "identity", "", identities.engine());
        mounts.fixed(
                "auth/token/",
                "token",
                "",
                new TokenEndpoints(
                        tokens,
                        storage.below("token/"),
                        policies,
                        MountConfig.DEFAULT::ttls,
                        logins,
                        identities,
                        entities));
    }

    /** Opens the stored mounts beside {@code sys/} with these endpoints. */
    RequestPipeline open(List<Endpoint> sys) {
        mounts.fixed("sys/", "system", "", new SystemEngine(sys));
        mounts.open();
        QuotaGate gate = new QuotaGate(quotas);
        ResponseIssuance issuance =
                new ResponseIssuance(logins, identities, new Leasing(leases, tokens, clock), wrapping, gate);
        return new RequestPipeline(
                mounts, tokens, identities, policies, broker, issuance, gate, new RouteTimers(meters), clients);
    }

    /** Audits to {@code device} alone. */
    static AuditBroker audited(MemoryView storage, MemoryDevice device, InstantSource clock) {
        AuditBroker broker = new AuditBroker();
        AuditTable table = new AuditTable(
                storage.below("audit/"), broker, List.of(MemoryDevice.factory(device)), new SecureRandom(), clock);
        table.start();
        table.enable(new AuditDeviceConfig("memory/", "memory", "", Map.of("skip_test", "true"), false));
        return broker;
    }
}
