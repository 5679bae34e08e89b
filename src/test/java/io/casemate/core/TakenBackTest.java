package io.casemate.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.casemate.audit.MemoryDevice;
import io.casemate.barrier.MemoryView;
import io.casemate.core.request.RequestPipeline;
import io.casemate.engine.Endpoint;
import io.casemate.engine.SecretsEngine;
import io.casemate.kernel.Download;
import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import io.casemate.kernel.Lease;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Requests;
import io.casemate.kernel.Response;
import io.casemate.kernel.SecretBytes;
import io.casemate.token.Issued;
import io.casemate.token.TokenSpec;
import io.casemate.token.TokenStore;
import io.casemate.token.TokenTraits;
import java.io.OutputStream;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What an answer that does not leave would have handed out, over the whole road: it is ended, wherever the answer failed. */
class TakenBackTest {
    private final MemoryView storage = new MemoryView();
    private final MemoryDevice device = new MemoryDevice();
    private final List<String> ended = new ArrayList<>();
    private Supplier<Response> engine = Response::none;
    private TokenStore tokens;
    private RequestPipeline pipeline;
    private SecretBytes root;

    @BeforeEach
    void build() {
        Road road = new Road(storage, device, InstantSource.system());
        tokens = road.tokens;
        road.mounts.fixed("box/", "box", "", new Box());
        pipeline = road.open(List.of());
        root = tokens.createRoot();
    }

    @Test
    void aStreamThatIsWantedWrappedIsClosed() {
        engine = () -> Response.download("text/plain", new Stream());
        assertInstanceOf(Fault.BadRequest.class, refusal(Optional.of(Duration.ofMinutes(5))));
        assertEquals(List.of("stream"), ended);
    }

    @Test
    void aStreamThatCannotBeLeasedIsClosed() {
        engine = () -> Response.download("text/plain", new Stream()).leased(terms());
        storage.beforeCommit(_ -> {
            throw failed();
        });
        assertInstanceOf(Fault.StorageFailed.class, refusal(Optional.empty()));
        assertEquals(List.of("stream", "v-1"), ended);
    }

    @Test
    void aTokenOfAnEntityThatCannotBeReadIsEnded() {
        long before = tokens.count();
        engine = () -> Response.none()
                .handing(issued("6a1f0c1e-0000-0000-0000-000000000001").auth());
        unreadable("identity/");
        assertInstanceOf(Fault.StorageFailed.class, refusal(Optional.empty()));
        assertEquals(before, tokens.count());
    }

    /** The store fails once, at the token: its lease goes all the same. */
    @Test
    void whatCannotBeEndedKeepsNothingElseAlive() {
        AtomicInteger commits = new AtomicInteger(Integer.MIN_VALUE);
        storage.beforeCommit(_ -> {
            if (commits.incrementAndGet() == 3) {
                throw failed();
            }
        });
        engine = () -> {
            device.refuseAnswers();
            commits.set(0);
            return Response.none().handing(issued("").auth()).leased(terms());
        };
        FaultException refused = assertThrows(FaultException.class, () -> call(Optional.empty()));
        assertInstanceOf(Fault.Internal.class, refused.fault());
        assertEquals(List.of("v-1"), ended);
        assertEquals("storage io: for tests", refused.getSuppressed()[0].getMessage());
    }

    private Issued issued(String entity) {
        TokenTraits traits = new TokenTraits(
                new TreeSet<>(List.of("root")), Map.of(), "t", "auth/token/create", "", entity, false, List.of());
        TokenSpec spec = new TokenSpec(traits, Duration.ofHours(1), Duration.ZERO, Duration.ZERO, 0, Optional.empty());
        return tokens.create(spec, Optional.empty());
    }

    private void unreadable(String prefix) {
        storage.beforeRead(key -> {
            if (key.startsWith(prefix)) {
                throw failed();
            }
        });
    }

    private static FaultException failed() {
        return new Fault.StorageFailed(Fault.StorageProblem.IO, "for tests").asException();
    }

    private static Lease.Terms terms() {
        return new Lease.Terms(Duration.ofHours(1), Duration.ZERO, true, Map.of("user", "v-1"));
    }

    private Fault refusal(Optional<Duration> wrapTtl) {
        return assertThrows(FaultException.class, () -> call(wrapTtl)).fault();
    }

    private void call(Optional<Duration> wrapTtl) {
        pipeline.handle(Requests.wrapped(
                wrapTtl, Requests.of(Operation.UPDATE, "box/thing", Map.of(), Optional.of(root.copy()))));
    }

    private final class Stream implements Download {
        @Override
        public long length() {
            return 0;
        }

        @Override
        public void writeTo(OutputStream out) {
            throw new IllegalStateException("it was sent");
        }

        @Override
        public void close() {
            ended.add("stream");
        }
    }

    private final class Box implements SecretsEngine {
        @Override
        public void revoke(Leased lease) {
            ended.add(lease.kept().get("user"));
        }

        @Override
        public List<Endpoint> endpoints() {
            return List.of(Endpoint.at("thing", "Does what the test says.")
                    .on(Operation.UPDATE, _ -> engine.get())
                    .build());
        }
    }
}
