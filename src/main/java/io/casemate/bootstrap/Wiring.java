package io.casemate.bootstrap;

import io.casemate.audit.AuditBroker;
import io.casemate.audit.AuditDevice;
import io.casemate.audit.AuditTable;
import io.casemate.audit.file.FileDeviceFactory;
import io.casemate.audit.socket.SocketDeviceFactory;
import io.casemate.audit.syslog.SyslogDeviceFactory;
import io.casemate.barrier.AesGcmBarrier;
import io.casemate.barrier.Barrier;
import io.casemate.barrier.BootRecords;
import io.casemate.barrier.Snapshots;
import io.casemate.barrier.View;
import io.casemate.config.ServerConfig;
import io.casemate.core.EmergencyShares;
import io.casemate.core.Initialiser;
import io.casemate.core.Lifecycle;
import io.casemate.core.ProductInfo;
import io.casemate.core.Restoration;
import io.casemate.core.RetryDelays;
import io.casemate.core.SealParts;
import io.casemate.core.SealWatch;
import io.casemate.core.Unsealer;
import io.casemate.core.request.EntityLogins;
import io.casemate.core.request.FrontDoor;
import io.casemate.core.request.Logins;
import io.casemate.core.request.RequestPipeline;
import io.casemate.core.request.ResponseIssuance;
import io.casemate.core.request.ResponseWrapping;
import io.casemate.core.request.RouteTimers;
import io.casemate.core.request.WrappingTokens;
import io.casemate.core.upkeep.RotationStage;
import io.casemate.core.upkeep.TokenSweep;
import io.casemate.doctor.Facts;
import io.casemate.engine.Endpoint;
import io.casemate.engine.SecretsEngine;
import io.casemate.engine.cubbyhole.Cubbyhole;
import io.casemate.engine.kv.KvFactory;
import io.casemate.engine.pki.PkiFactory;
import io.casemate.identity.IdentityStore;
import io.casemate.kernel.MountInfo;
import io.casemate.kernel.Request;
import io.casemate.kernel.Service;
import io.casemate.metrics.Meters;
import io.casemate.mount.EngineWorld;
import io.casemate.mount.ManagedKeyStore;
import io.casemate.mount.MountTypes;
import io.casemate.mount.Mounts;
import io.casemate.policy.PasswordPolicies;
import io.casemate.policy.PolicyStore;
import io.casemate.storage.KeyringStore;
import io.casemate.storage.Storage;
import io.casemate.storage.mapdb.MapDbKeyringStore;
import io.casemate.storage.mvstore.MvStorage;
import io.casemate.sys.AuditEndpoints;
import io.casemate.sys.AuditHeaderEndpoints;
import io.casemate.sys.CapabilityEndpoints;
import io.casemate.sys.DoctorEndpoints;
import io.casemate.sys.EmergencyEndpoints;
import io.casemate.sys.EvidenceEndpoints;
import io.casemate.sys.ExplainEndpoints;
import io.casemate.sys.HealthEndpoints;
import io.casemate.sys.HealthReport;
import io.casemate.sys.InitEndpoints;
import io.casemate.sys.KeyEndpoints;
import io.casemate.sys.ManagedKeyEndpoints;
import io.casemate.sys.MountEndpoints;
import io.casemate.sys.MountSight;
import io.casemate.sys.OpenApiEndpoints;
import io.casemate.sys.OpenCeremonies;
import io.casemate.sys.PasswordPolicyEndpoints;
import io.casemate.sys.PolicyEndpoints;
import io.casemate.sys.ResultantAclEndpoints;
import io.casemate.sys.SealBackendEndpoints;
import io.casemate.sys.SealEndpoints;
import io.casemate.sys.SnapshotEndpoints;
import io.casemate.sys.SystemEngine;
import io.casemate.sys.UiEndpoints;
import io.casemate.sys.WrappingEndpoints;
import io.casemate.token.TokenEndpoints;
import io.casemate.token.TokenStore;
import io.casemate.token.WrappingJwt;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The composition root: the one file where the rooms' parts are made and handed to each other, bottom up. */
final class Wiring implements AutoCloseable {
    private static final long CACHE_BYTES = 32L << 20;
    private static final String TOKENS = "auth/token/";
    private static final Duration ROTATION_CHECKS = Duration.ofMinutes(10);

    private final SecureRandom random;
    private final InstantSource clock = InstantSource.system();
    private final ProductInfo product;
    private final SealWiring seal;
    private final Storage storage;
    private final KeyringStore keyring;
    private final Barrier barrier;
    private final Meters meters = new Meters();
    private final AuditBroker audit = new AuditBroker(meters);
    private final AuditTable auditTable;
    private final PolicyStore policies;
    private final IdentityStore identities;
    private final PasswordPolicies passwords;
    private final TokenStore tokens;
    private final AuthWiring auth;
    private final LeaseWiring leases;
    private final ResponseIssuance issuance;
    private final TokenEndpoints tokenEndpoints;
    private final Cubbyhole cubbyhole;
    private final ResponseWrapping wrapping;
    private final ManagedKeyStore managed;
    private final Mounts mounts;
    private final Unsealer unsealer;
    private final Initialiser initialiser;
    private final SealWatch sealWatch;
    private final CeremonyWiring ceremonies;
    private final SnapshotEndpoints snapshots;
    private final EmergencyShares emergency;
    private final CorrectedPins pins;
    private final ServerConfig config;
    private final OperationsWiring operations;

    private Wiring(ServerConfig config, SealWiring seal, Storage storage, KeyringStore keyring) {
        this.config = config;
        this.seal = seal;
        this.random = seal.random(config.entropy());
        this.storage = storage;
        this.keyring = keyring;
        this.product = Product.info(config.clusterName());
        BootRecords records = new BootRecords(keyring, storage);
        this.barrier = new AesGcmBarrier(storage, records, CACHE_BYTES, random, clock);
        View root = barrier.view(Request.ROOT_NAMESPACE + "/");
        this.auditTable = new AuditTable(root.below("audit/"), audit, auditTypes(), random, clock);
        this.operations = operations(root.below("sys/"));
        this.policies = new PolicyStore(root.below("policy/"));
        this.passwords = new PasswordPolicies(root.below("password-policy/"), random);
        this.identities = new IdentityStore(root.below("identity/"), random, clock, this::mounted);
        this.cubbyhole = new Cubbyhole(root.below("cubbyhole/"));
        View tokenView = root.below("token/");
        this.tokens = new TokenStore(tokenView, random, clock, this::tokenTtls);
        tokens.onEnded(cubbyhole::forgetWithin, cubbyhole::forget);
        this.wrapping = wrapping(root);
        this.auth = new AuthWiring(random);
        this.managed = new ManagedKeyStore(root.below("managed-keys/"), seal.allSigners());
        MountTypes types = new MountTypes(factories(), auth.factories());
        this.mounts = new Mounts(root, types, new EngineWorld(seal.signers(), managed, random, clock));
        EntityLogins entities = new EntityLogins(identities, mounts);
        Logins logins = AuthWiring.logins(mounts, tokens, identities, entities);
        this.leases = LeaseWiring.of(root, mounts, tokens, random, clock);
        this.issuance = new ResponseIssuance(logins, identities, leases.leasing(), wrapping, leases.gate());
        this.tokenEndpoints =
                new TokenEndpoints(tokens, tokenView, policies, this::tokenTtls, logins, identities, entities);
        SealParts parts = new SealParts(barrier, records, seal.seals(), new Lifecycle(stages()), random, clock);
        this.unsealer = new Unsealer(parts, RetryDelays.DEFAULT);
        this.pins = new CorrectedPins(config.seals());
        this.emergency = new EmergencyShares(parts, unsealer, config.emergencyShares());
        this.sealWatch = new SealWatch(parts, unsealer, SealWatch.Times.DEFAULT);
        this.initialiser = new Initialiser(parts, unsealer, tokens::createRoot);
        this.snapshots = snapshots(parts);
        this.ceremonies = new CeremonyWiring(parts, unsealer, tokens, new OpenCeremonies(config.openCeremonies()));
    }

    private OperationsWiring operations(View view) {
        var observed = new OperationsWiring.Observed(meters, audit, keyring::loadedPrevious);
        return new OperationsWiring(view, config, product, observed, clock);
    }

    private ResponseWrapping wrapping(View root) {
        WrappingJwt jwt = new WrappingJwt(root.below("wrapping/"), random);
        return new ResponseWrapping(tokens, new WrappingTokens(tokens, jwt), cubbyhole, clock);
    }

    private SnapshotEndpoints snapshots(SealParts parts) {
        Snapshots made = new Snapshots(storage, parts.records(), config.storage(), random);
        return new SnapshotEndpoints(new Restoration(parts, unsealer, made, product), config.openRestore());
    }

    static Wiring of(ServerConfig config) {
        return of(config, () -> {});
    }

    static Wiring of(ServerConfig config, Runnable examination) {
        SealWiring seal = SealWiring.of(config, new SecureRandom());
        Storage storage = null;
        try {
            examination.run();
            storage = MvStorage.open(config.storage().resolve("entries.mv"));
            KeyringStore keyring = MapDbKeyringStore.open(config.storage().resolve("keyring"));
            return new Wiring(config, seal, storage, keyring);
        } catch (RuntimeException e) {
            if (storage != null) {
                storage.close();
            }
            seal.close();
            throw e;
        }
    }

    SecureRandom random() {
        return random;
    }

    AuditBroker audit() {
        return audit;
    }

    Unsealer unsealer() {
        return unsealer;
    }

    /** Tries again what a human may have put right; a refused PIN only if it is another now. */
    void retry() {
        Set<String> corrected = pins.seals();
        unsealer.retry(device -> corrected.contains(device.name()));
    }

    OperationsWiring operations() {
        return operations;
    }

    /** Begins what goes on in the background. */
    void start() {
        operations.start(unsealer, sealWatch);
        unsealer.start();
        sealWatch.start();
    }

    LeaseWiring leases() {
        return leases;
    }

    Mounts mounts() {
        return mounts;
    }

    /** What the HTTP room serves. */
    Service door() {
        RequestPipeline road = new RequestPipeline(
                mounts,
                tokens,
                identities,
                policies,
                audit,
                issuance,
                leases.gate(),
                new RouteTimers(meters),
                operations.clients());
        return operations.watched(new FrontDoor(whileSealed(), snapshots.whileUninitialised(), unsealer, road, clock));
    }

    /** What needs no token and answers while the server is sealed, relative to {@code sys/}. */
    List<Endpoint> whileSealed() {
        HealthReport health = operations.health();
        return Stream.of(
                        new SealEndpoints(unsealer, sealWatch::trouble, health, product).whileSealed(),
                        new SealBackendEndpoints(sealWatch).whileSealed(),
                        new InitEndpoints(initialiser).whileSealed(),
                        new HealthEndpoints(unsealer, sealWatch::trouble, health, product, clock).whileSealed(),
                        operations.whileSealed())
                .flatMap(List::stream)
                .toList();
    }

    /** Paths that take a body of any length. */
    Set<String> uploads() {
        return snapshots.uploads();
    }

    @Override
    public void close() {
        operations.stop();
        sealWatch.close();
        unsealer.close();
        auth.close();
        seal.close();
        keyring.close();
        storage.close();
    }

    private List<AuditDevice.Factory> auditTypes() {
        return List.of(new FileDeviceFactory(), new SyslogDeviceFactory(clock), new SocketDeviceFactory());
    }

    private static Map<String, SecretsEngine.Factory> factories() {
        return Stream.of(new KvFactory(), new PkiFactory())
                .collect(Collectors.toMap(SecretsEngine.Factory::type, Function.identity()));
    }

    /** In the order of the start; the audit devices come first so that nothing later goes unwitnessed. */
    private List<Lifecycle.Stage> stages() {
        List<Lifecycle.Stage> stages = new ArrayList<>(List.of(
                Stages.of("audit", this::startAudit, auditTable::stop),
                Stages.of("policies", policies::invalidate, policies::invalidate),
                Stages.of("identity", identities::resume, identities::invalidate),
                new TokenSweep(tokens),
                Stages.of("mounts", this::startMounts, mounts::close),
                leases.limits(),
                leases.sweep(),
                new RotationStage(barrier, ROTATION_CHECKS),
                Stages.of("seals", () -> sealWatch.poke(), () -> {}),
                Stages.of("ceremonies", () -> {}, this::forgetCeremonies)));
        stages.addAll(operations.stages());
        return stages;
    }

    private void startAudit() {
        auditTable.start();
        config.auditFile().ifPresent(file -> DeclaredAudit.ensure(auditTable, file));
    }

    private void startMounts() {
        mounts.fixed("sys/", "system", "system endpoints used for control, policy and debugging", system());
        mounts.fixed("cubbyhole/", "cubbyhole", "per-token private secret storage", cubbyhole);
        mounts.fixed("identity/", "identity", "identity store", identities.engine());
        mounts.fixed(TOKENS, "token", "token based credentials", tokenEndpoints);
        mounts.open();
    }

    private SecretsEngine.Ttls tokenTtls() {
        return mounts.config(TOKENS).ttls();
    }

    private Optional<MountInfo> mounted(String accessor) {
        return mounts.byAccessor(accessor);
    }

    private void forgetCeremonies() {
        ceremonies.forget();
    }

    private Facts doctorFacts() {
        var guards = new DoctorFacts.Guards(unsealer, sealWatch, emergency);
        return new DoctorFacts(config, seal.hsms(), guards, tokens, auditTable).now(operations.doctorFacts());
    }

    /** What a doctor is told, over the API or at the door of its own. */
    DoctorEndpoints doctor() {
        return new DoctorEndpoints(this::doctorFacts, operations::place, clock);
    }

    private SystemEngine system() {
        MountSight sight = new MountSight(tokens, identities, policies);
        return new SystemEngine(Stream.of(
                        new MountEndpoints(mounts).endpoints(),
                        AuthWiring.endpoints(mounts),
                        leases.endpoints(policies),
                        new UiEndpoints(mounts, sight).endpoints(),
                        new PolicyEndpoints(policies).endpoints(),
                        new CapabilityEndpoints(policies, tokens, identities).endpoints(),
                        new ExplainEndpoints(policies, mounts).endpoints(),
                        new ResultantAclEndpoints(policies).endpoints(),
                        new PasswordPolicyEndpoints(passwords).endpoints(),
                        new AuditEndpoints(auditTable).endpoints(),
                        new AuditHeaderEndpoints(auditTable).endpoints(),
                        new WrappingEndpoints(wrapping).endpoints(),
                        new KeyEndpoints(barrier).endpoints(),
                        new ManagedKeyEndpoints(managed).endpoints(),
                        operations.endpoints(
                                mounts, new OperationsWiring.Holders(tokens, identities), random, seal.noise()),
                        ceremonies.endpoints(),
                        snapshots.endpoints(),
                        new EmergencyEndpoints(emergency).endpoints(),
                        new EvidenceEndpoints(seal.hsms()).endpoints(),
                        doctor().endpoints(),
                        new OpenApiEndpoints(mounts, sight, whileSealed(), product.version()).endpoints(),
                        new SealEndpoints(unsealer, sealWatch::trouble, product).whileUnsealed())
                .flatMap(List::stream)
                .toList());
    }
}
