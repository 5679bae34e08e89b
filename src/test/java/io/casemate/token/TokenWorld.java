package io.casemate.token;

import io.casemate.barrier.MemoryView;
import io.casemate.engine.SecretsEngine.Ttls;
import io.casemate.kernel.Request;
import io.casemate.kernel.SecretBytes;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;

/** A token store in memory with a clock that tests turn. */
final class TokenWorld {
    static final Request.Peer PEER = new Request.Peer("127.0.0.1", 1, List.of(), Map.of());
    static final Ttls LIMITS = new Ttls(Duration.ofDays(32), Duration.ofDays(32));

    final MemoryView view = new MemoryView();
    final AtomicReference<Instant> time = new AtomicReference<>(Instant.parse("2026-11-22T00:00:00Z"));
    TokenStore store = open();

    /** The store as a new process finds it. */
    TokenStore open() {
        InstantSource clock = time::get;
        store = new TokenStore(view, new SecureRandom(), clock, () -> LIMITS);
        return store;
    }

    void pass(Duration duration) {
        time.updateAndGet(now -> now.plus(duration));
    }

    Issued make(Duration ttl, Optional<String> parent) {
        return store.create(TokenSpec.of(traits("p"), ttl), parent);
    }

    Issued child(Issued parent) {
        return make(Duration.ofHours(1), Optional.of(parent.entry().key()));
    }

    Issued limited(int uses) {
        return store.create(
                new TokenSpec(traits("p"), Duration.ofHours(1), Duration.ZERO, Duration.ZERO, uses, Optional.empty()),
                Optional.empty());
    }

    boolean works(Issued issued) {
        return works(issued.token());
    }

    boolean works(SecretBytes token) {
        try {
            return !store.authenticate(token, PEER).accessor().isEmpty();
        } catch (io.casemate.kernel.FaultException e) {
            if (e.fault() instanceof io.casemate.kernel.Fault.PermissionDenied) {
                return false;
            }
            throw e;
        }
    }

    /** Keys of {@code folder}, to see that nothing is left behind. */
    List<String> keys(String folder) {
        return view.list(folder, "", Integer.MAX_VALUE);
    }

    static TokenTraits traits(String... policies) {
        return new TokenTraits(
                new TreeSet<>(Arrays.asList(policies)), Map.of(), "t", "auth/token/create", "", "", true, List.of());
    }

    static String text(SecretBytes token) {
        return new String(token.expose(), StandardCharsets.UTF_8);
    }
}
