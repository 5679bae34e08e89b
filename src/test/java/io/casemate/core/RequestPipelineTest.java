package io.casemate.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.audit.MemoryDevice;
import io.casemate.barrier.MemoryView;
import io.casemate.core.request.RequestPipeline;
import io.casemate.engine.Endpoint;
import io.casemate.engine.SecretsEngine;
import io.casemate.engine.SecretsEngine.Ttls;
import io.casemate.json.Json;
import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import io.casemate.kernel.Lease;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Request;
import io.casemate.kernel.Requests;
import io.casemate.kernel.Response;
import io.casemate.kernel.SecretBytes;
import io.casemate.lease.Leases;
import io.casemate.mount.MountConfig;
import io.casemate.mount.MountFlags;
import io.casemate.mount.Mounts;
import io.casemate.policy.PolicyStore;
import io.casemate.quota.Limit;
import io.casemate.quota.Quota;
import io.casemate.quota.QuotaConfig;
import io.casemate.quota.Quotas;
import io.casemate.quota.Scope;
import io.casemate.token.TokenSpec;
import io.casemate.token.TokenStore;
import io.casemate.token.TokenTraits;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The order of the one road, with real tokens, policies, mounts and redaction; only the audit sink is in memory. */
class RequestPipelineTest {
    private final MemoryView storage = new MemoryView();
    private final MemoryDevice device = new MemoryDevice();
    private final List<String> events = new ArrayList<>();
    private final List<String> revoked = new ArrayList<>();
    private Supplier<Response> engine = () -> Response.of(Map.of("certificate", "PEM"));
    private Optional<Duration> wrapTtl = Optional.empty();
    private Map<String, String> sent = Map.of();
    private Map<String, String> heard = Map.of();
    private TokenStore tokens;
    private Mounts mounts;
    private RequestPipeline pipeline;
    private Leases leases;
    private PolicyStore policies;
    private Quotas quotas;
    private SecretBytes root;

    @BeforeEach
    void build() {
        Road road = new Road(storage, device, InstantSource.system());
        tokens = road.tokens;
        mounts = road.mounts;
        leases = road.leases;
        policies = road.policies;
        quotas = road.quotas;
        mounts.fixed("box/", "box", "", new Box());
        pipeline = road.open(List.of());
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
        long before = tokens.count();
        storage.beforeCommit(commit -> device.fail(true));
        assertInstanceOf(Fault.Internal.class, refusal(root, "auth/token/create"));
        assertEquals(before, tokens.count());
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
        long before = tokens.count();
        storage.beforeCommit(commit -> device.fail(true));
        assertInstanceOf(Fault.Internal.class, refusal(root, "auth/token/create"));
        assertEquals(before, tokens.count());
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
                MountConfig.DEFAULT.lockout(),
                List.of(),
                MountFlags.NONE);
        mounts.tune("box/", entry -> Mounts.edited(entry, "", Map.of(), tuned));
        assertEquals(Map.of("Last-Modified", "today"), call(root, "box/thing").headers());
        assertEquals(Map.of("x-own", "1"), heard);
    }

    @Test
    void aLeaseIsOnDiskBeforeTheAnswerAndTiedToTheToken() {
        engine = () -> Response.of(Map.of("user", "v-1")).leased(terms());
        Response answer = call(root, "box/thing");
        Lease.Given given = assertInstanceOf(Lease.Given.class, answer.lease());
        assertTrue(given.id().matches("box/thing/[0-9A-Za-z]{24}"), given.id());
        assertTrue(device.lines().getLast().contains(given.id()), "audited by its id");
        assertTrue(leases.find(given.id()).isPresent());
        tokens.revoke(tokens.keyOf(root));
        leases.sweep(10);
        assertEquals(List.of("v-1"), revoked);
        assertTrue(leases.find(given.id()).isEmpty());
    }

    @Test
    void aLeaseOfABatchTokenEndsWithTheTokenThatMadeIt() {
        policies.write("box", "path \"box/*\" { capabilities = [\"create\", \"update\"] }");
        engine = () -> Response.of(Map.of("user", "v-1")).leased(terms());
        String parent = tokens.keyOf(root);
        TokenTraits traits = new TokenTraits(
                new TreeSet<>(List.of("box")), Map.of(), "t", "auth/token/create", "", "", false, List.of());
        Ttls limits = new Ttls(Duration.ofDays(1), Duration.ofDays(1));
        call(
                tokens.createBatch(traits, Duration.ofHours(1), Optional.of(parent), limits)
                        .token(),
                "box/thing");
        call(
                tokens.createBatch(traits, Duration.ofHours(1), Optional.empty(), limits)
                        .token(),
                "box/thing");
        assertEquals(2, leases.ids("", "", 10).size());
        tokens.revoke(parent);
        leases.sweep(10);
        assertEquals(List.of("v-1"), revoked);
        assertEquals(1, leases.ids("", "", 10).size(), "that of the orphan");
    }

    @Test
    void whatFailsAtTheGateIsARefusalAndAudited() {
        assertEquals(new Fault.Internal("req-1"), refusal(root, "box/broken"));
        assertEquals(List.of("request"), types());
        assertEquals(List.of(), events);
        assertFalse(String.join("", device.lines()).contains("row 7"));
    }

    @Test
    void aLeaseIsTakenBackWhenItsAnswerCannotBeAuditedOrWrapped() {
        engine = () -> {
            device.fail(true);
            return Response.of(Map.of("user", "v-1")).leased(terms());
        };
        assertInstanceOf(Fault.Internal.class, refusal(root, "box/thing"));
        device.fail(false);
        wrapTtl = Optional.of(Duration.ofMinutes(5));
        assertInstanceOf(Fault.Internal.class, refusal(root, "box/thing"));
        device.fail(false);
        engine = () -> Response.raw("text/plain", new byte[1]).leased(terms());
        assertInstanceOf(Fault.BadRequest.class, refusal(root, "box/thing"));
        assertEquals(List.of("v-1", "v-1", "v-1"), revoked);
        assertEquals(List.of(), leases.ids("", "", 10));
    }

    @Test
    void aWrappedAnswerHasItsLeaseInside() {
        wrapTtl = Optional.of(Duration.ofMinutes(5));
        engine = () -> Response.of(Map.of("user", "v-1")).leased(terms());
        Response answer = call(root, "box/thing");
        assertEquals(Lease.NONE, answer.lease());
        String id = answer.wrap().orElseThrow().wrappedLease();
        assertEquals(List.of(id), leases.ids("box/thing/", "", 10));
        assertEquals(List.of(), revoked);
    }

    @Test
    void whatCannotBeLeasedIsEndedAtOnce() {
        engine = () -> Response.of(Map.of("user", "v-1")).leased(terms());
        storage.beforeCommit(commit -> {
            throw new Fault.StorageFailed(Fault.StorageProblem.FULL, "full").asException();
        });
        assertInstanceOf(Fault.StorageFailed.class, refusal(root, "box/thing"));
        storage.beforeCommit(commit -> {});
        TokenTraits traits = new TokenTraits(
                new TreeSet<>(List.of("root")), Map.of(), "t", "auth/token/create", "", "", false, List.of());
        TokenSpec once = new TokenSpec(traits, Duration.ofHours(1), Duration.ZERO, Duration.ZERO, 1, Optional.empty());
        SecretBytes last = tokens.create(once, Optional.empty()).token();
        Fault.BadRequest fault = assertInstanceOf(Fault.BadRequest.class, refusal(last, "box/thing"));
        assertTrue(fault.details().getFirst().contains("token had one use left"));
        engine = () -> {
            tokens.revoke(tokens.keyOf(root));
            return Response.of(Map.of("user", "v-1")).leased(terms());
        };
        assertInstanceOf(Fault.PermissionDenied.class, refusal(root, "box/thing"));
        assertEquals(List.of("v-1", "v-1", "v-1"), revoked);
        assertEquals(List.of(), leases.ids("", "", 10));
    }

    /** The token is gone from the store, and the cache does not know yet. */
    @Test
    void noLeaseIsMadeForATokenThatEndsInTheSameMoment() {
        String key = tokens.keyOf(root);
        engine = () -> {
            storage.beforeTransact(() -> storage.below("token/").delete("id/" + key));
            return Response.of(Map.of("user", "v-1")).leased(terms());
        };
        assertInstanceOf(Fault.PermissionDenied.class, refusal(root, "box/thing"));
        assertTrue(tokens.lives(key), "as the cache has it");
        assertEquals(List.of("v-1"), revoked);
        assertEquals(List.of(), leases.ids("", "", 10));
    }

    @Test
    void beyondTheLeaseQuotaNothingIsHandedOut() {
        quotas.write(new Quota("few", Scope.GLOBAL, new Limit.Leases(1), true));
        engine = () -> Response.of(Map.of("user", "v-1")).leased(terms());
        call(root, "box/thing");
        long before = tokens.count();
        assertInstanceOf(Fault.QuotaExceeded.class, refusal(root, "box/thing"));
        assertInstanceOf(Fault.QuotaExceeded.class, refusal(root, "auth/token/create"));
        assertEquals(List.of("v-1"), revoked);
        assertEquals(before, tokens.count());
        engine = () -> Response.of(Map.of());
        call(root, "box/thing");
    }

    @Test
    void beyondTheRateNothingIsDoneAndItIsAuditedIfWanted() {
        Limit.Rate rate = new Limit.Rate(BigDecimal.valueOf(2), Duration.ofHours(1), Duration.ZERO);
        quotas.write(new Quota("slow", Scope.GLOBAL, rate, true));
        call(root, "box/thing");
        assertInstanceOf(Fault.PermissionDenied.class, refusal(null, "box/thing"));
        events.clear();
        int lines = device.lines().size();
        Fault.QuotaExceeded fault = assertInstanceOf(Fault.QuotaExceeded.class, refusal(root, "box/thing"));
        assertEquals(Map.of(), fault.headers());
        assertTrue(fault.retryAfter().compareTo(Duration.ofMinutes(59)) > 0);
        assertEquals(lines, device.lines().size());
        quotas.configure(new QuotaConfig(List.of("auth/token/*"), true, true));
        fault = assertInstanceOf(Fault.QuotaExceeded.class, refusal(root, "box/thing"));
        assertEquals("2", fault.headers().get("X-Ratelimit-Limit"));
        assertEquals(lines + 1, device.lines().size());
        assertTrue(device.lines().getLast().contains("rate limit quota exceeded"));
        assertEquals(List.of(), events);
        call(root, "auth/token/lookup-self");
    }

    private static Lease.Terms terms() {
        return new Lease.Terms(Duration.ofHours(1), Duration.ZERO, true, Map.of("user", "v-1"));
    }

    private Fault refusal(SecretBytes token, String path) {
        return assertThrows(FaultException.class, () -> call(token, path)).fault();
    }

    private Response call(SecretBytes token, String path) {
        Map<String, Object> data = Map.of("note", "sent-secret");
        Request request = Requests.of(
                Operation.UPDATE, path, data, Optional.ofNullable(token).map(SecretBytes::copy));
        Request.Peer peer = new Request.Peer("127.0.0.1", 1, List.of(), sent);
        return pipeline.handle(Requests.named("req-1", Requests.wrapped(wrapTtl, Requests.from(peer, request))));
    }

    private List<String> types() {
        return device.lines().stream()
                .map(line -> (String)
                        Json.object(line.getBytes(StandardCharsets.UTF_8)).get("type"))
                .toList();
    }

    private final class Box implements SecretsEngine {
        @Override
        public void revoke(Leased lease) {
            assertEquals("thing", lease.path());
            revoked.add(lease.kept().get("user"));
        }

        private Endpoint broken() {
            return Endpoint.at("broken", "Cannot say whether it is there.")
                    .exists(exchange -> {
                        throw new IllegalStateException("row 7 of /secret/path");
                    })
                    .openBody()
                    .on(Operation.UPDATE, exchange -> {
                        events.add("engine");
                        return Response.none();
                    })
                    .build();
        }

        @Override
        public List<Endpoint> endpoints() {
            return List.of(
                    broken(),
                    Endpoint.at("thing", "Does what the test says.")
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
