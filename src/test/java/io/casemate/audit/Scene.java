package io.casemate.audit;

import io.casemate.kernel.Caller;
import io.casemate.kernel.Decision;
import io.casemate.kernel.Fault;
import io.casemate.kernel.Identity;
import io.casemate.kernel.MountInfo;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Request;
import io.casemate.kernel.Requests;
import io.casemate.kernel.Response;
import io.casemate.kernel.SecretBytes;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Requests, callers and lines as the pipeline would make them. For tests. */
public final class Scene {
    static final InstantSource CLOCK = InstantSource.fixed(Instant.parse("2026-01-02T03:04:05.678901Z"));
    static final MountInfo KV = new MountInfo("kv/", "kv", "kv_1a2b3c4d", Set.of("shown"), Set.of("metadata"));

    private static final Request.Peer PEER = new Request.Peer("192.0.2.7", 40_000, List.of(), Map.of());

    private Scene() {}

    /** A line with any text, without its newline. */
    public static AuditLine line(String text) {
        return new AuditLine((text + "\n").getBytes(StandardCharsets.UTF_8));
    }

    static Request request(Operation operation, String path, String token, Map<String, Object> data) {
        Request bare = Requests.by(token, operation, path, data);
        return Requests.named("6a1f0c1e-0000-0000-0000-000000000001", Requests.from(PEER, bare));
    }

    static Caller caller(String accessor) {
        return new Caller(
                accessor,
                "key",
                "",
                "token-ops",
                "entity-1",
                Set.of("ops"),
                Map.of("team", "blue"),
                Caller.TokenKind.SERVICE,
                3,
                Duration.ofHours(1),
                Instant.parse("2026-01-02T03:00:00Z"),
                Identity.NONE);
    }

    static Decision allowed(String accessor) {
        return new Decision.Allowed(caller(accessor), List.of("ops"));
    }

    static Decision denied() {
        return new Decision.Denied(Caller.anonymous(), new Fault.PermissionDenied().asException());
    }

    static Response.Auth auth(String token, String accessor) {
        return new Response.Auth(
                SecretBytes.ofText(token),
                accessor,
                "userpass-ann",
                List.of("default", "ops"),
                Map.of("username", "ann"),
                Duration.ofMinutes(10),
                true,
                "entity-2",
                "service",
                true,
                2,
                List.of(),
                false);
    }
}
