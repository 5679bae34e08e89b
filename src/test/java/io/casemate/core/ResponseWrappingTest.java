package io.casemate.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.audit.MemoryDevice;
import io.casemate.barrier.MemoryView;
import io.casemate.core.request.RequestPipeline;
import io.casemate.json.Json;
import io.casemate.kernel.Envelope;
import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Request;
import io.casemate.kernel.Requests;
import io.casemate.kernel.Response;
import io.casemate.kernel.Response.Wrap;
import io.casemate.kernel.SecretBytes;
import io.casemate.quota.Limit;
import io.casemate.quota.Quota;
import io.casemate.quota.Quotas;
import io.casemate.quota.Scope;
import io.casemate.sys.WrappingEndpoints;
import io.casemate.token.TokenStore;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.AlgorithmParameters;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Wrapped answers on the whole road: real tokens, policies, cubbyhole and redaction. */
class ResponseWrappingTest {
    private static final String SECRET = "hunter2-horse-battery";

    private static final Wish PLAIN = new Wish(Optional.empty(), "");

    private final AtomicReference<Instant> time = new AtomicReference<>(Instant.parse("2026-11-22T00:00:00Z"));
    private final InstantSource clock = time::get;
    private final MemoryView storage = new MemoryView();
    private final MemoryDevice device = new MemoryDevice();
    private TokenStore tokens;
    private Quotas quotas;
    private RequestPipeline pipeline;
    private String root;

    @BeforeEach
    void build() {
        Road road = new Road(storage, device, clock);
        tokens = road.tokens;
        quotas = road.quotas;
        pipeline = road.open(new WrappingEndpoints(road.wrapping).endpoints());
        root = text(tokens.createRoot());
    }

    @Test
    void whatWasWrappedComesOutOnceAndThenNeverAgain() {
        String token = text(wrapped("").token());
        Map<String, Object> opened = open(token);
        assertEquals(Map.of("password", SECRET), opened.get("data"));
        assertRefused(() -> open(token));
        assertRefused(() -> post(root, "sys/wrapping/lookup", Map.of("token", token)));
    }

    @Test
    void oneTransactionWrapsAndTwoOpenAndLeaveNothing() {
        open(text(wrapped("").token()));
        List<String> before = storage.keys();
        int commits = storage.commits();
        String token = text(wrapped("").token());
        assertEquals(commits + 1, storage.commits());
        post(root, "sys/wrapping/unwrap", Map.of("token", token));
        assertEquals(commits + 3, storage.commits());
        assertEquals(before, storage.keys());
    }

    @Test
    void whatCannotBeKeptLeavesNoToken() {
        long tokensBefore = tokens.count();
        storage.beforeCommit(_ -> {
            throw new Fault.StorageFailed(Fault.StorageProblem.FULL, "full").asException();
        });
        assertThrows(FaultException.class, () -> wrapped(""));
        storage.beforeCommit(_ -> {});
        assertEquals(tokensBefore, tokens.count());
    }

    @Test
    void everyWayToOpenIsAUseOfTheSameToken() {
        String own = text(wrapped("").token());
        assertEquals(
                Map.of("password", SECRET),
                plain(post(own, "sys/wrapping/unwrap", Map.of())).get("data"));
        String both = text(wrapped("").token());
        assertEquals(
                Map.of("password", SECRET),
                plain(post(both, "sys/wrapping/unwrap", Map.of("token", both))).get("data"));
        String older = text(wrapped("").token());
        Response read = ask(older, Operation.READ, "cubbyhole/response", Map.of(), PLAIN);
        String json = (String) data(read).get("response");
        assertEquals(
                Map.of("password", SECRET),
                Json.object(json.getBytes(StandardCharsets.UTF_8)).get("data"));
        for (String used : List.of(own, both, older)) {
            assertRefused(() -> open(used));
        }
    }

    /** Clients tell "somebody else has opened it" from "you may not" by the status, and by these words. */
    @Test
    void aSpentTokenThatAsksForItselfIsABadRequestNotARefusal() {
        String own = text(wrapped("").token());
        post(own, "sys/wrapping/unwrap", Map.of());
        for (String path : List.of("sys/wrapping/unwrap", "sys/wrapping/rewrap")) {
            Fault.BadRequest fault = assertInstanceOf(
                    Fault.BadRequest.class,
                    assertThrows(FaultException.class, () -> post(own, path, Map.of()))
                            .fault());
            assertEquals(List.of("wrapping token is not valid or does not exist"), fault.details());
        }
        assertInstanceOf(
                Fault.PermissionDenied.class,
                assertThrows(FaultException.class, () -> post(own, "sys/wrapping/unwrap", Map.of("token", own)))
                        .fault());
    }

    @Test
    void lookingDoesNotOpenAndNeedsNoToken() {
        Wrap wrap = wrapped("");
        for (int i = 0; i < 3; i++) {
            Map<String, Object> info =
                    data(ask("", Operation.UPDATE, "sys/wrapping/lookup", Map.of("token", text(wrap.token())), PLAIN));
            assertEquals("sys/wrapping/wrap", info.get("creation_path"));
            assertEquals(300L, info.get("creation_ttl"));
            assertEquals(wrap.created().toString(), info.get("creation_time"));
        }
        assertEquals(Map.of("password", SECRET), open(text(wrap.token())).get("data"));
    }

    @Test
    void aMoveEndsTheOldTokenAndKeepsPathAndLife() {
        String old = text(wrapped("").token());
        time.set(time.get().plusSeconds(200));
        Wrap moved =
                post(root, "sys/wrapping/rewrap", Map.of("token", old)).wrap().orElseThrow();
        assertRefused(() -> open(old));
        assertEquals("sys/wrapping/wrap", moved.path());
        assertEquals(Duration.ofMinutes(5), moved.ttl());
        time.set(time.get().plusSeconds(200));
        assertEquals(Map.of("password", SECRET), open(text(moved.token())).get("data"));
    }

    @Test
    void aTokenThatTimedOutOpensNothing() {
        String token = text(wrapped("").token());
        time.set(time.get().plusSeconds(301));
        assertRefused(() -> open(token));
        tokens.sweep(100);
        assertEquals(List.of(), storage.below("cubbyhole/").list("", "", 10), "nothing of it is kept");
    }

    @Test
    void whatIsNoWrappingTokenIsRefusedAndNotSpent() {
        String ordinary = create(Map.of("num_uses", 2L));
        assertRefused(() -> open(ordinary));
        assertRefused(() -> open("hvs.nobody"));
        assertRefused(() -> post(root, "sys/wrapping/unwrap", Map.of()));
        assertRefused(() -> post(root, "sys/wrapping/wrap", Map.of("a", "b")));
        ask(ordinary, Operation.READ, "auth/token/lookup-self", Map.of(), PLAIN);
        ask(ordinary, Operation.READ, "auth/token/lookup-self", Map.of(), PLAIN);
    }

    @Test
    void aWrappedTokenIsNamedByItsAccessorAndWorksOnceItIsOut() {
        Response answer = ask(
                root,
                Operation.UPDATE,
                "auth/token/create",
                Map.of(),
                new Wish(Optional.of(Duration.ofMinutes(1)), ""));
        Wrap wrap = answer.wrap().orElseThrow();
        Map<?, ?> auth = (Map<?, ?>) open(text(wrap.token())).get("auth");
        assertEquals(wrap.wrappedAccessor(), auth.get("accessor"));
        ask((String) auth.get("client_token"), Operation.READ, "auth/token/lookup-self", Map.of(), PLAIN);
    }

    /** Its holder has it already: only the answer is withheld. */
    @Test
    void aTokenWhoseRenewalCannotBeAuditedLivesOn() {
        String mine = create(Map.of("ttl", "1h", "renewable", true));
        device.refuseAnswers();
        assertInstanceOf(
                Fault.Internal.class,
                assertThrows(FaultException.class, () -> post(mine, "auth/token/renew-self", Map.of()))
                        .fault());
        assertTrue(tokens.find(SecretBytes.ofText(mine))
                .orElseThrow()
                .life()
                .renewed()
                .isPresent());
    }

    @Test
    void ofManyWhoOpenTogetherOneGetsIt() throws Exception {
        try (ExecutorService people = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int round = 0; round < 20; round++) {
                String token = text(wrapped("").token());
                List<Callable<Boolean>> racers = IntStream.range(0, 16)
                        .<Callable<Boolean>>mapToObj(i -> () -> opens(token, i % 2 == 0))
                        .toList();
                int winners = 0;
                for (Future<Boolean> racer : people.invokeAll(racers)) {
                    winners += racer.get() ? 1 : 0;
                }
                assertEquals(1, winners);
            }
        }
    }

    @Test
    void aJwtStandsForTheTokenAndCannotBeForged() {
        String jwt = text(signed().token());
        String[] parts = jwt.split("\\.");
        Map<String, Object> claims = Json.object(Base64.getUrlDecoder().decode(parts[1]));
        assertEquals("wrapping", claims.get("type"));
        assertEquals(time.get().getEpochSecond() + 300, claims.get("exp"));
        assertRefused(() -> open(parts[0] + "." + parts[1] + "." + parts[2].substring(4) + "AAAA"));
        assertRefused(() -> open(parts[0] + "." + parts[1] + ".AAAA"));
        String none = Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString("{\"alg\":\"none\"}".getBytes(StandardCharsets.US_ASCII));
        assertRefused(() -> open(none + "." + parts[1] + "."));
        assertEquals(Map.of("password", SECRET), open(jwt).get("data"));
        assertRefused(() -> open(jwt));
        String own = text(signed().token());
        assertEquals(
                Map.of("password", SECRET),
                plain(post(own, "sys/wrapping/unwrap", Map.of())).get("data"));
        assertRefused(() -> wrapped("xml"));
    }

    @Test
    void whoeverWantsCanVerifyAJwt() throws Exception {
        assertInstanceOf(
                Fault.NotFound.class,
                assertThrows(FaultException.class, this::publicKey).fault());
        String[] parts = text(signed().token()).split("\\.");
        Map<String, Object> known = publicKey();
        assertEquals("p521", known.get("jwt_curve"));
        AlgorithmParameters curve = AlgorithmParameters.getInstance("EC");
        curve.init(new ECGenParameterSpec("secp521r1"));
        ECPoint point =
                new ECPoint(new BigInteger((String) known.get("jwt_x")), new BigInteger((String) known.get("jwt_y")));
        Signature signature = Signature.getInstance("SHA512withECDSAinP1363Format");
        signature.initVerify(KeyFactory.getInstance("EC")
                .generatePublic(new ECPublicKeySpec(point, curve.getParameterSpec(ECParameterSpec.class))));
        signature.update((parts[0] + "." + parts[1]).getBytes(StandardCharsets.US_ASCII));
        assertTrue(signature.verify(Base64.getUrlDecoder().decode(parts[2])));
    }

    @Test
    void theCallersOwnWordsAreNeverSigned() {
        String token = text(wrapped("jwt").token());
        assertTrue(token.startsWith("hvs."), "not a JWT");
        Map<String, Object> asked = Map.of("token", token);
        Response moved = ask(root, Operation.UPDATE, "sys/wrapping/rewrap", asked, new Wish(Optional.empty(), "jwt"));
        assertTrue(text(moved.wrap().orElseThrow().token()).startsWith("hvs."), "nor after a move");
    }

    @Test
    void nothingIsVerifiedForARequestBeyondTheRate() {
        String forged = text(signed().token());
        String jwt = forged.substring(0, forged.length() - 8) + "AAAAAAAA";
        Limit.Rate rate = new Limit.Rate(BigDecimal.ONE, Duration.ofHours(1), Duration.ZERO);
        quotas.write(new Quota("slow", Scope.GLOBAL, rate, true));
        assertRefused(() -> post(jwt, "sys/wrapping/unwrap", Map.of()));
        long reads = storage.reads();
        assertInstanceOf(
                Fault.QuotaExceeded.class,
                assertThrows(FaultException.class, () -> post(jwt, "sys/wrapping/unwrap", Map.of()))
                        .fault());
        assertEquals(reads, storage.reads(), "not even the key was looked up");
    }

    @Test
    void nothingOfItIsInTheAuditLog() {
        String token = text(wrapped("").token());
        String jwt = text(signed().token());
        open(token);
        String log = String.join("\n", device.lines());
        for (String secret : List.of(SECRET, token, jwt, root)) {
            assertFalse(log.contains(secret));
        }
        assertTrue(log.contains("\"wrap_info\":{\"token\":\"hmac-sha256:"));
        assertTrue(log.contains("\"creation_path\":\"sys/wrapping/wrap\""));
    }

    @Test
    void strangersStoreNothingByHavingAnswersWrapped() {
        Wrap wrap = wrapped("");
        Wish wish = new Wish(Optional.of(Duration.ofDays(32)), "");
        Map<String, Object> asked = Map.of("token", text(wrap.token()));
        assertRefused(() -> ask("", Operation.UPDATE, "sys/wrapping/lookup", asked, wish));
        assertEquals(Map.of("password", SECRET), open(text(wrap.token())).get("data"));
    }

    /** How the answer is wanted. */
    private record Wish(Optional<Duration> ttl, String format) {}

    private Wrap wrapped(String format) {
        return wrapped(Operation.UPDATE, "sys/wrapping/wrap", format);
    }

    private Wrap signed() {
        post(root, "cubbyhole/mine", Map.of("password", SECRET));
        return wrapped(Operation.READ, "cubbyhole/mine", "jwt");
    }

    private Wrap wrapped(Operation operation, String path, String format) {
        Map<String, Object> data = operation == Operation.READ ? Map.of() : Map.of("password", SECRET);
        Response answer = ask(root, operation, path, data, new Wish(Optional.of(Duration.ofMinutes(5)), format));
        assertEquals(null, Envelope.of("id", answer).get("data"));
        return answer.wrap().orElseThrow();
    }

    private Map<String, Object> publicKey() {
        return data(ask("", Operation.READ, "sys/wrapping/pubkey", Map.of(), PLAIN));
    }

    private boolean opens(String token, boolean asItself) {
        try {
            post(asItself ? token : root, "sys/wrapping/unwrap", asItself ? Map.of() : Map.of("token", token));
            return true;
        } catch (FaultException e) {
            return false;
        }
    }

    private Map<String, Object> open(String token) {
        return plain(post(root, "sys/wrapping/unwrap", Map.of("token", token)));
    }

    private String create(Map<String, Object> data) {
        return text(post(root, "auth/token/create", data).auth().orElseThrow().clientToken());
    }

    private Response post(String token, String path, Map<String, Object> data) {
        return ask(token, Operation.UPDATE, path, data, PLAIN);
    }

    private Response ask(String token, Operation operation, String path, Map<String, Object> data, Wish wish) {
        Map<String, String> headers = wish.format().isEmpty() ? Map.of() : Map.of("x-vault-wrap-format", wish.format());
        Request request = Requests.wrapped(wish.ttl(), Requests.by(token, operation, path, data));
        return pipeline.handle(Requests.from(new Request.Peer("127.0.0.1", 1, List.of(), headers), request));
    }

    private static void assertRefused(Runnable work) {
        Fault fault = assertThrows(FaultException.class, work::run).fault();
        assertTrue(fault instanceof Fault.BadRequest || fault instanceof Fault.PermissionDenied, fault::toString);
    }

    private static Map<String, Object> plain(Response response) {
        return assertInstanceOf(Response.Content.Plain.class, response.content())
                .members();
    }

    private static Map<String, Object> data(Response response) {
        return assertInstanceOf(Response.Content.Data.class, response.content()).data();
    }

    private static String text(SecretBytes token) {
        return new String(token.expose(), StandardCharsets.UTF_8);
    }
}
