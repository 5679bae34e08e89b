package io.casemate.bootstrap;

import io.casemate.audit.AuditBroker;
import io.casemate.barrier.View;
import io.casemate.config.SealConfig;
import io.casemate.config.ServerConfig;
import io.casemate.core.Lifecycle;
import io.casemate.core.ProductInfo;
import io.casemate.core.SealWatch;
import io.casemate.core.Unsealer;
import io.casemate.core.request.ActiveClients;
import io.casemate.core.request.ClientLedger;
import io.casemate.core.request.InFlight;
import io.casemate.core.request.Metered;
import io.casemate.core.upkeep.ClockWatch;
import io.casemate.core.upkeep.StorageProbe;
import io.casemate.crypto.NoiseSource;
import io.casemate.doctor.Wire;
import io.casemate.engine.Endpoint;
import io.casemate.http.HttpServer;
import io.casemate.identity.IdentityStore;
import io.casemate.kernel.Service;
import io.casemate.log.LogLevels;
import io.casemate.metrics.Meters;
import io.casemate.metrics.RuntimeGauges;
import io.casemate.mount.Mounts;
import io.casemate.sys.ClientCountEndpoints;
import io.casemate.sys.CorsConfig;
import io.casemate.sys.CorsEndpoints;
import io.casemate.sys.CounterEndpoints;
import io.casemate.sys.DoctorEndpoints;
import io.casemate.sys.HealthReport;
import io.casemate.sys.LoggerEndpoints;
import io.casemate.sys.MetricsEndpoints;
import io.casemate.sys.MfaEndpoints;
import io.casemate.sys.MonitorEndpoints;
import io.casemate.sys.PluginEndpoints;
import io.casemate.sys.RemountEndpoints;
import io.casemate.sys.ReplicationEndpoints;
import io.casemate.sys.RuntimeEndpoints;
import io.casemate.sys.ToolsEndpoints;
import io.casemate.sys.UiHeaderEndpoints;
import io.casemate.sys.VersionEndpoints;
import io.casemate.token.TokenStore;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/** What operators see and change of the running server, and the endpoints for it. */
final class OperationsWiring {
    private final ServerConfig config;
    private final ProductInfo product;
    private final InstantSource clock;
    private final CorsEndpoints cors;
    private final UiHeaderEndpoints uiHeaders;
    private final VersionEndpoints versions;
    private final LogLevels levels;
    private final MonitorEndpoints monitors = new MonitorEndpoints();
    private final ActiveClients clients;
    private final Map<String, Runnable> reloads = new LinkedHashMap<>();
    private final Meters meters;
    private final StorageProbe storage;
    private final ClockWatch clockWatch;
    private final HealthReport health;
    private final MetricsEndpoints metrics;
    private volatile InFlight inFlight;
    private volatile Optional<HttpServer> http = Optional.empty();

    OperationsWiring(View view, ServerConfig config, ProductInfo product, Observed observed, InstantSource clock) {
        this.config = config;
        this.meters = observed.meters();
        this.storage = new StorageProbe(view, clock, System::nanoTime);
        this.clockWatch = new ClockWatch(clock, System::nanoTime);
        this.health = new HealthReport(
                storage::trouble,
                observed.olderKeyring(),
                observed.audit()::states,
                this::certificateEnd,
                clockWatch::jump,
                clock);
        this.metrics = new MetricsEndpoints(meters, config.openMetrics(), clock);
        this.product = product;
        this.clock = clock;
        this.cors = new CorsEndpoints(view);
        this.uiHeaders = new UiHeaderEndpoints(view);
        this.versions = new VersionEndpoints(view, product, clock);
        this.clients = new ActiveClients(new ClientLedger(view.below("clients/")), clock);
        this.levels = new LogLevels(config.log().level());
        reload("listener", () -> http.ifPresent(HttpServer::reload));
    }

    /** What is looked at from here. */
    record Observed(Meters meters, AuditBroker audit, BooleanSupplier olderKeyring) {}

    /** {@code service}, watched. */
    Service watched(Service service) {
        inFlight = new InFlight(new Metered(service, meters), clock);
        return inFlight;
    }

    HealthReport health() {
        return health;
    }

    /** Begins to watch, and shows what is watched. */
    void start(Unsealer unsealer, SealWatch seals) {
        clockWatch.start();
        RuntimeGauges.register(meters);
        meters.gauge("vault.core.unsealed", "1 while unsealed.", () -> unsealer.sealed() ? 0 : 1);
        meters.gauge("vault.core.active", "1: there is one node.", () -> 1);
        meters.gauge("vault.core.in_flight_requests", "Requests being worked on.", () -> inFlight.size());
        meters.gauge(
                "casemate.seal.healthy",
                "1 while the devices behind the seals are well.",
                () -> seals.trouble().isEmpty() ? 1 : 0);
        meters.gauge(
                "casemate.storage.healthy",
                "1 while the store can be written to.",
                () -> storage.trouble().isEmpty() ? 1 : 0);
        meters.gauge(
                "casemate.certificate.expiry_seconds",
                "When the listener's certificate ends, in seconds since 1970.",
                () -> certificateEnd().map(end -> (double) end.getEpochSecond()).orElse(0.0));
    }

    void stop() {
        clockWatch.close();
    }

    /** The listener, once it is there. */
    void listener(HttpServer server) {
        http = Optional.of(server);
    }

    List<Endpoint> whileSealed() {
        return metrics.whileSealed();
    }

    /** What a doctor asks of the listener and of the clock. */
    Map<String, Object> doctorFacts() {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("version", product.own());
        facts.put(
                "clock_jump",
                clockWatch.jump().map(jump -> jump.by() + " at " + jump.at()).orElse(""));
        http.ifPresent(server -> facts.put("certificate_sha256", Wire.fingerprint(server.certificate())));
        return facts;
    }

    /** Where this process reaches the listener: an address that stands for all means this machine's own. */
    DoctorEndpoints.Listener place() {
        String address = config.listener().address();
        boolean all = address.equals("0.0.0.0") || address.equals("::");
        return new DoctorEndpoints.Listener(
                all ? "127.0.0.1" : address,
                http.map(server -> OptionalInt.of(server.port())).orElse(OptionalInt.empty()));
    }

    private Optional<Instant> certificateEnd() {
        return http.map(HttpServer::certificateEnd);
    }

    CorsConfig cors() {
        return cors.current();
    }

    /** Lets {@code sys/config/reload/NAME} run {@code reload}, and {@link #reloadAll} too. Before the listener starts. */
    void reload(String name, Runnable reload) {
        reloads.put(name, reload);
    }

    /** Reads everything again, in the order in which it was registered: the listener's certificate first. */
    void reloadAll() {
        reloads.values().forEach(Runnable::run);
    }

    List<Lifecycle.Stage> stages() {
        return List.of(cors, versions, monitors, clients);
    }

    ActiveClients clients() {
        return clients;
    }

    /** Who there is. */
    record Holders(TokenStore tokens, IdentityStore identities) {}

    private static Set<String> authTypes(Mounts mounts) {
        Set<String> types = new TreeSet<>(mounts.types().methods().keySet());
        types.add("token");
        return types;
    }

    List<Endpoint> endpoints(Mounts mounts, Holders holders, SecureRandom random, Optional<NoiseSource> hsm) {
        var facts = new RuntimeEndpoints.ServerFacts(sanitized(), config.apiAddress(), reloads);
        return Stream.of(
                        new ToolsEndpoints(random, hsm).endpoints(),
                        new RemountEndpoints(mounts).endpoints(),
                        new PluginEndpoints(mounts.types().engines().keySet(), authTypes(mounts), product.own())
                                .endpoints(),
                        new LoggerEndpoints(levels).endpoints(),
                        monitors.endpoints(),
                        MfaEndpoints.endpoints(),
                        ReplicationEndpoints.endpoints(),
                        new RuntimeEndpoints(() -> inFlight, facts, product, clock).endpoints(),
                        new CounterEndpoints(holders.tokens()::count, holders.identities()::entities).endpoints(),
                        new ClientCountEndpoints(clients, clock).endpoints(),
                        cors.endpoints(),
                        uiHeaders.endpoints(),
                        versions.endpoints(),
                        metrics.whileUnsealed())
                .flatMap(List::stream)
                .toList();
    }

    /** The configuration in the words of its file: no PIN, no key, and no path to one. */
    private Map<String, Object> sanitized() {
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("api_addr", config.apiAddress());
        shown.put("cluster_name", config.clusterName());
        shown.put("listeners", List.of(Map.of("type", "tcp", "config", listener())));
        shown.put("log_format", config.log().format().name().toLowerCase(java.util.Locale.ROOT));
        shown.put("log_level", config.log().level().getName().toLowerCase(java.util.Locale.ROOT));
        shown.put("seals", config.seals().stream().map(OperationsWiring::seal).toList());
        shown.put(
                "storage",
                Map.of("type", product.storageType(), "path", config.storage().toString()));
        shown.put("emergency_shares", config.emergencyShares());
        shown.put("unauthenticated_restore", config.openRestore());
        shown.put(
                "enable_unauthenticated_access",
                config.openCeremonies().stream().sorted().toList());
        return shown;
    }

    private Map<String, Object> listener() {
        return Map.of(
                "address",
                config.listener().address() + ":" + config.listener().port(),
                "tls_cert_file",
                config.listener().certificate().toString(),
                "tls_disable",
                false);
    }

    private static Map<String, Object> seal(SealConfig seal) {
        return switch (seal) {
            case SealConfig.Pkcs11 pkcs11 ->
                Map.of(
                        "type", "pkcs11",
                        "name", pkcs11.name(),
                        "priority", pkcs11.priority(),
                        "disabled", pkcs11.disabled());
            case SealConfig other -> Map.of("type", "shamir", "name", other.name(), "disabled", other.disabled());
        };
    }
}
