package io.casemate.auth.jwt;

import io.casemate.auth.jwt.Config.Source;
import io.casemate.auth.jwt.KeyFetch.Fetched;
import io.casemate.barrier.View;
import io.casemate.crypto.SignedJwt;
import io.casemate.engine.Endpoint;
import io.casemate.engine.Endpoint.Exchange;
import io.casemate.engine.JsonRecord;
import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Response;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/** {@code config}, and the keys that it leads to. */
final class Issuer {
    private static final String CONFIG = "config";
    private static final String KEYS = "keys/";

    private final View storage;
    private final InstantSource clock;
    private final ReentrantLock changes = new ReentrantLock();
    private volatile Optional<Configured> configured;

    private record Configured(Config config, List<KeySource> sources) {}

    Issuer(View storage, InstantSource clock) {
        this.storage = storage;
        this.clock = clock;
        this.configured =
                storage.get(CONFIG).map(Config::decode).map(config -> new Configured(config, sources(config)));
    }

    Optional<Config> config() {
        return configured.map(Configured::config);
    }

    /**
     * Whose key made the token's signature.
     *
     * @throws FaultException {@code UpstreamFailed} when no source's did, and one could not be asked
     */
    Optional<KeySource> signer(SignedJwt token) {
        Optional<FaultException> away = Optional.empty();
        for (KeySource source : configured.map(Configured::sources).orElse(List.of())) {
            try {
                if (source.signed(token)) {
                    return Optional.of(source);
                }
            } catch (FaultException e) {
                away = Optional.of(e);
            }
        }
        if (away.isPresent()) {
            throw away.get();
        }
        return Optional.empty();
    }

    Endpoint endpoint() {
        return Endpoint.at(CONFIG, "Shows or replaces whose tokens are believed.")
                .fields(Config.FIELDS)
                .on(
                        Operation.READ,
                        exchange -> Response.of(
                                config().orElseThrow(Fault::notFound).members()))
                .on(Operation.UPDATE, this::write)
                .build();
    }

    /** What cannot be fetched now is refused now, not at the first login. */
    private Response write(Exchange exchange) {
        Config config = Config.of(exchange.fields(), config());
        List<KeySource> sources = sources(config);
        List<Fetched> fetched = new ArrayList<>();
        for (KeySource source : sources) {
            if (source instanceof FetchedKeys keys) {
                fetched.add(keys.first());
            }
        }
        changes.lock();
        try {
            storage.put(CONFIG, JsonRecord.of(config.members()));
            int next = 0;
            for (KeySource source : sources) {
                if (source instanceof FetchedKeys keys) {
                    keys.keep(fetched.get(next++));
                }
            }
            configured = Optional.of(new Configured(config, sources));
        } finally {
            changes.unlock();
        }
        return Response.none();
    }

    private List<KeySource> sources(Config config) {
        if (!config.keys().isEmpty()) {
            return List.of(new KeySource.Given(config.verificationKeys()));
        }
        List<KeySource> sources = new ArrayList<>();
        for (Source source : config.sources()) {
            sources.add(new FetchedKeys(source, storage, KEYS + sources.size(), clock));
        }
        return sources;
    }
}
