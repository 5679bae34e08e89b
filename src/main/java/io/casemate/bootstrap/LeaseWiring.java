package io.casemate.bootstrap;

import io.casemate.barrier.View;
import io.casemate.core.Lifecycle;
import io.casemate.core.lease.LeaseBook;
import io.casemate.core.lease.LeaseCensus;
import io.casemate.core.lease.LeaseSweep;
import io.casemate.core.lease.MountedLeaseIssuers;
import io.casemate.core.request.Leasing;
import io.casemate.core.request.QuotaGate;
import io.casemate.engine.Endpoint;
import io.casemate.lease.Leases;
import io.casemate.mount.Mounts;
import io.casemate.policy.Policies;
import io.casemate.quota.Quotas;
import io.casemate.sys.IrrevocableEndpoints;
import io.casemate.sys.LeaseEndpoints;
import io.casemate.sys.QuotaEndpoints;
import io.casemate.token.TokenLeases;
import io.casemate.token.TokenStore;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Stream;

/** Leases, what they end with, and quotas. */
record LeaseWiring(Leases leases, Leasing leasing, LeaseBook book, Quotas quotas, QuotaGate gate, Mounts mounts) {
    static LeaseWiring of(View root, Mounts mounts, TokenStore tokens, SecureRandom random, InstantSource clock) {
        Leases leases = new Leases(root.below("lease/"), new MountedLeaseIssuers(mounts::byId), random, clock);
        TokenLeases made = new TokenLeases(root.below("token/"), tokens);
        Quotas quotas = new Quotas(root.below("quota/"), new LeaseCensus(leases, made, mounts::byId), clock);
        tokens.onEnded(leases::none, leases::endToken);
        mounts.onLeaving(mounted -> {
            leases.endMount(mounted.entry().uuid(), MountedLeaseIssuers.of(mounted));
            quotas.endMount(mounted.entry().uuid());
        });
        return new LeaseWiring(
                leases,
                new Leasing(leases, tokens, clock),
                new LeaseBook(leases, made, clock),
                quotas,
                new QuotaGate(quotas),
                mounts);
    }

    Lifecycle.Stage sweep() {
        return new LeaseSweep(leases);
    }

    Lifecycle.Stage limits() {
        return Stages.of("quotas", quotas::open, quotas::close);
    }

    List<Endpoint> endpoints(Policies policies) {
        return Stream.of(
                        new LeaseEndpoints(book, policies).endpoints(),
                        new IrrevocableEndpoints(book, mounts).endpoints(),
                        new QuotaEndpoints(quotas, mounts).endpoints())
                .flatMap(List::stream)
                .toList();
    }
}
