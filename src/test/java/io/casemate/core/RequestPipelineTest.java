package io.casemate.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.audit.AuditBroker;
import io.casemate.audit.AuditDeviceConfig;
import io.casemate.audit.AuditTable;
import io.casemate.audit.MemoryDevice;
import io.casemate.barrier.MemoryView;
import io.casemate.engine.Endpoint;
import io.casemate.engine.SecretsEngine;
import io.casemate.engine.cubbyhole.Cubbyhole;
import io.casemate.identity.IdentityStore;
import io.casemate.json.Json;
import io.casemate.kernel.ApiPath;
import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Request;
import io.casemate.kernel.Response;
import io.casemate.kernel.SecretBytes;
import io.casemate.lease.Leases;
import io.casemate.mount.EngineWorld;
import io.casemate.mount.MountConfig;
import io.casemate.mount.MountTypes;
import io.casemate.mount.Mounts;
import io.casemate.policy.PolicyStore;
import io.casemate.quota.Quotas;
import io.casemate.token.EntityAliases;
import io.casemate.token.LoginTokens;
import io.casemate.token.TokenEndpoints;
import io.casemate.token.TokenLeases;
import io.casemate.token.TokenStore;
import io.casemate.token.WrappingJwt;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The order of the one road, with real tokens, policies, mounts and redaction; only the audit sink is in memory. */
class RequestPipelineTest {
    private final MemoryView storage = new MemoryView();
    private final MemoryDevice device = new MemoryDevice();
    private final List<String> events = new ArrayList<>();
    private final TokenStore tokens = new TokenStore(
            storage.below("token/"), new SecureRandom(), InstantSource.system(), MountConfig.DEFAULT::ttls);
    private final PolicyStore policies = new PolicyStore(storage.below("policy/"));
    private Supplier<Response> engine = () -> Response.of(Map.of("certificate", "PEM"));
    private Optional<Duration> wrapTtl = Optional.empty();
    private Map<String, String> sent = Map.of();
    private Map<String, String> heard = Map.of();
    private Mounts mounts;
    private RequestPipeline pipeline;
    private Leases leases;
    private Quotas quotas;
    private SecretBytes root;

    @BeforeEach
    void build() {
        AuditBroker broker = new AuditBroker();
        AuditTable table = new AuditTable(
                storage.below("audit/"),
                broker,
                List.of(MemoryDevice.factory(device)),
                new SecureRandom(),
                InstantSource.system());
        table.start();
        table.enable(new AuditDeviceConfig("memory/", "memory", "", Map.of("skip_test", "true"), false));
        mounts = new Mounts(
                storage,
                new MountTypes(Map.of(), Map.of()),
                new EngineWorld(null, new SecureRandom(), InstantSource.system()));
        IdentityStore identities = new IdentityStore(
                storage.below("identity/"), new SecureRandom(), InstantSource.system(), mounts::byAccessor);
        leases = new Leases(
                storage.below("lease/"), new MountedGivers(mounts::byId), new SecureRandom(), InstantSource.system());
        tokens.onEnded(leases::endToken);
        quotas = new Quotas(
                storage.below("quota/"),
                new LeaseCensus(leases, new TokenLeases(storage.below("token/"), tokens), mounts::byId),
                InstantSource.system());
        QuotaGate gate = new QuotaGate(quotas);
        Logins logins = new Logins(mounts, new LoginTokens(tokens), Identities.NONE);
        mounts.fixed("box/", "box", "", new Box());
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
                        EntityAliases.NONE));
        Cubbyhole cubbyhole = new Cubbyhole(storage.below("cubbyhole/"));
        tokens.onEnded(cubbyhole::forget);
        WrappingTokens wrapping =
                new WrappingTokens(tokens, new WrappingJwt(storage.below("wrapping/"), new SecureRandom()));
        pipeline = new RequestPipeline(
                mounts,
                tokens,
                identities,
                policies,
                broker,
                new Handing(
                        logins,
                        identities,
                        new Leasing(leases, tokens, InstantSource.system()),
                        new ResponseWrapping(tokens, wrapping, cubbyhole, InstantSource.system()),
                        gate),
                gate);
        root = tokens.createRoot();
    }

    @Test
    void auditsBeforeAndAfterTheEngine() {
        engine = () -> {
            events.add("engine after " + device.lines().size() + " line");
            return Response.of(Map.of("certificate", "PEM"));
        };
        call(root, "box/thing");
        assertEquals(List.of("engine after 1 line", "engine"), events);
        assertEquals(List.of("request", "response"), types());
    }

    @Test
    void neverReachesTheEngineWhenNothingTakesTheEntry() {
        device.fail(true);
        assertInstanceOf(Fault.Internal.class, refusal(root, "box/thing"));
        assertEquals(List.of(), events);
    }

    @Test
    void withholdsAnAnswerThatCannotBeAuditedAndTakesTheTokenBack() {
        engine = () -> {
            device.fail(true);
            return Response.of(Map.of("certificate", "PEM"));
        };
        assertInstanceOf(Fault.Internal.class, refusal(root, "box/thing"));
        device.fail(false);
        int before = tokens.accessors().size();
        storage.beforeCommit(commit -> device.fail(true));
        assertInstanceOf(Fault.Internal.class, refusal(root, "auth/token/create"));
        assertEquals(before, tokens.accessors().size());
    }

    @Test
    void refusalsAreAuditedAndReachNothing() {
        for (String path : List.of("box/thing", "nowhere/at/all", "box/nothing/here")) {
            assertInstanceOf(Fault.PermissionDenied.class, refusal(null, path));
            assertInstanceOf(Fault.PermissionDenied.class, refusal(SecretBytes.ofText("hvs.forged"), path));
        }
        assertEquals(List.of(), events);
        assertEquals(6, types().size());
        assertTrue(device.lines().getLast().contains("permission denied"));
    }

    @Test
    void whoMayEverythingLearnsThatNothingIsThere() {
        assertInstanceOf(Fault.NotFound.class, refusal(root, "nowhere/at/all"));
        assertInstanceOf(Fault.NotFound.class, refusal(root, "box/nothing/here"));
        assertEquals(List.of("request", "response", "request", "response"), types());
    }

    @Test
    void reportsABugByReferenceOnly() {
        engine = () -> {
            throw new IllegalStateException("row 7 of /secret/path");
        };
        assertEquals(new Fault.Internal("req-1"), refusal(root, "box/thing"));
        assertFalse(String.join("", device.lines()).contains("row 7"));
    }

    @Test
    void noSecretReachesTheLog() {
        engine = () -> Response.of(Map.of("password", "hunter2"));
        call(root, "box/thing");
        String log = String.join("\n", device.lines());
        assertFalse(log.contains("hunter2"));
        assertFalse(log.contains("sent-secret"));
        assertFalse(log.contains(new String(root.expose(), StandardCharsets.UTF_8)));
    }

    @Test
    void neverAnswersInClearWhereAWrappedAnswerWasAskedFor() {
        wrapTtl = Optional.of(Duration.ofMinutes(5));
        engine = () -> Response.of(Map.of("password", "hunter2"));
        Response answer = call(root, "box/thing");
        assertEquals(new Response.Content.None(), answer.content());
        assertEquals(Duration.ofMinutes(5), answer.wrap().orElseThrow().ttl());
        engine = () -> Response.raw("application/pkix-crl", new byte[1]);
        assertInstanceOf(Fault.BadRequest.class, refusal(root, "box/thing"));
    }

    @Test
    void aWrappedAnswerThatCannotBeAuditedIsTakenBackWithTheTokenInside() {
        wrapTtl = Optional.of(Duration.ofMinutes(5));
        int before = tokens.accessors().size();
        storage.beforeCommit(commit -> device.fail(true));
        assertInstanceOf(Fault.Internal.class, refusal(root, "auth/token/create"));
        assertEquals(before, tokens.accessors().size());
    }

    @Test
    void anEngineHearsAndShowsOnlyTheHeadersOfItsTuning() {
        sent = Map.of("x-own", "1", "user-agent", "curl");
        engine = () -> Response.none().header("Last-Modified", "today").header("X-Secret", "2");
        assertEquals(Map.of(), call(root, "box/thing").headers());
        assertEquals(Map.of(), heard);
        MountConfig tuned = new MountConfig(
                Duration.ZERO,
                Duration.ZERO,
                false,
                List.of(),
                List.of(),
                "",
                List.of("X-Own", "X-Absent"),
                List.of("last-modified"),
                MountConfig.DEFAULT.tokenType(),
                MountConfig.DEFAULT.lockout());
        mounts.tune("box/", entry -> Mounts.edited(entry, "", Map.of(), tuned));
        assertEquals(Map.of("Last-Modified", "today"), call(root, "box/thing").headers());
        assertEquals(Map.of("x-own", "1"), heard);
    }

    private Fault refusal(SecretBytes token, String path) {
        return assertThrows(FaultException.class, () -> call(token, path)).fault();
    }

    private Response call(SecretBytes token, String path) {
        return pipeline.handle(new Request(
                "req-1",
                Request.ROOT_NAMESPACE,
                Operation.UPDATE,
                new ApiPath(path),
                Map.of("note", "sent-secret"),
                Optional.ofNullable(token).map(SecretBytes::copy),
                wrapTtl,
                new Request.Peer("127.0.0.1", 1, List.of(), sent)));
    }

    private List<String> types() {
        return device.lines().stream()
                .map(line -> (String)
                        Json.object(line.getBytes(StandardCharsets.UTF_8)).get("type"))
                .toList();
    }

    private final class Box implements SecretsEngine {
        @Override
        public List<Endpoint> endpoints() {
            return List.of(Endpoint.at("thing", "Does what the test says.")
                    .openBody()
                    .on(Operation.UPDATE, exchange -> {
                        heard = exchange.request().peer().headers();
                        Response answer = engine.get();
                        events.add("engine");
                        return answer;
                    })
                    .build());
        }
    }
}
