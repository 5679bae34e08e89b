package io.casemate.core;

import io.casemate.audit.AuditBroker;
import io.casemate.audit.MemoryDevice;
import io.casemate.auth.AuthMethod;
import io.casemate.auth.approle.ApproleFactory;
import io.casemate.auth.userpass.UserpassFactory;
import io.casemate.barrier.MemoryView;
import io.casemate.core.request.RequestPipeline;
import io.casemate.crypto.PasswordHash;
import io.casemate.engine.Endpoint;
import io.casemate.engine.kv.KvFactory;
import io.casemate.identity.IdentityStore;
import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Request;
import io.casemate.kernel.Requests;
import io.casemate.kernel.Response;
import io.casemate.kernel.Response.Auth;
import io.casemate.kernel.SecretBytes;
import io.casemate.mount.MountTypes;
import io.casemate.mount.Mounts;
import io.casemate.policy.PasswordPolicies;
import io.casemate.policy.PolicyStore;
import io.casemate.sys.CapabilityEndpoints;
import io.casemate.sys.ExplainEndpoints;
import io.casemate.sys.LockedUserEndpoints;
import io.casemate.sys.MountEndpoints;
import io.casemate.sys.MountSight;
import io.casemate.sys.PasswordPolicyEndpoints;
import io.casemate.sys.PolicyEndpoints;
import io.casemate.sys.RemountEndpoints;
import io.casemate.sys.ResultantAclEndpoints;
import io.casemate.sys.UiEndpoints;
import io.casemate.sys.WrappingEndpoints;
import io.casemate.token.TokenStore;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The whole road with the auth methods, in memory, with a clock that tests turn. */
public final class LoginHouse {
    private static final PasswordHash HASHES = new PasswordHash(new SecureRandom());

    /** Where clients come from, unless a test says otherwise. */
    public String address = "127.0.0.1";
    /** What is stored. */
    public final MemoryView storage = new MemoryView();
    /** What the audit device got. */
    public final MemoryDevice device = new MemoryDevice();
    /** The time. */
    public final AtomicReference<Instant> time = new AtomicReference<>(Instant.parse("2026-11-22T00:00:00Z"));
    /** A root token. */
    public final String root;

    private final InstantSource clock = time::get;
    private final AuditBroker broker = Road.audited(storage, device, clock);
    private Road road;
    private RequestPipeline pipeline;

    /** Unsealed and empty. */
    public LoginHouse() {
        restart();
        try (SecretBytes token = road.tokens.createRoot()) {
            root = text(token);
        }
    }

    /** What a new process finds. */
    public final void restart() {
        road = new Road(storage, broker, new MountTypes(Map.of("kv", new KvFactory()), methods()), clock);
        Mounts mounts = road.mounts;
        IdentityStore identities = road.identities;
        PolicyStore policies = road.policies;
        PasswordPolicies passwords = new PasswordPolicies(storage.below("password-policy/"), new SecureRandom());
        List<Endpoint> sys = Stream.of(
                        new MountEndpoints(mounts).endpoints(),
                        new RemountEndpoints(mounts).endpoints(),
                        new LockedUserEndpoints(mounts).endpoints(),
                        new PolicyEndpoints(policies).endpoints(),
                        new CapabilityEndpoints(policies, road.tokens, identities).endpoints(),
                        new ExplainEndpoints(policies, mounts).endpoints(),
                        new ResultantAclEndpoints(policies).endpoints(),
                        new PasswordPolicyEndpoints(passwords).endpoints(),
                        new UiEndpoints(mounts, new MountSight(road.tokens, identities, policies)).endpoints(),
                        new WrappingEndpoints(road.wrapping).endpoints())
                .flatMap(List::stream)
                .toList();
        pipeline = road.open(sys);
    }

    private static Map<String, AuthMethod.Factory> methods() {
        return Stream.<AuthMethod.Factory>of(new UserpassFactory(HASHES), new ApproleFactory())
                .collect(Collectors.toMap(AuthMethod.Factory::type, Function.identity()));
    }

    /** Lets time pass. */
    public void pass(Duration duration) {
        time.updateAndGet(now -> now.plus(duration));
    }

    /** The mount table. */
    public Mounts mounts() {
        return road.mounts;
    }

    /** The tokens. */
    public TokenStore tokens() {
        return road.tokens;
    }

    /** Who stands behind tokens. */
    public IdentityStore identities() {
        return road.identities;
    }

    /** A write by the root token. */
    public Response write(String path, Map<String, Object> data) {
        return ask(root, Operation.UPDATE, path, data);
    }

    /** A read by the root token. */
    public Map<String, Object> read(String path) {
        return data(ask(root, Operation.READ, path, Map.of()));
    }

    /** A request with a token, or with none when that is empty. */
    public Response ask(String token, Operation operation, String path, Map<String, Object> data) {
        return ask(token, operation, path, data, Optional.empty());
    }

    /** The same with the answer wrapped. */
    public Response ask(
            String token, Operation operation, String path, Map<String, Object> data, Optional<Duration> wrap) {
        Request request = Requests.wrapped(wrap, Requests.by(token, operation, path, data));
        return pipeline.handle(Requests.from(new Request.Peer(address, 1, List.of(), Map.of()), request));
    }

    /** A login: a write without a token. */
    public Auth login(String path, Map<String, Object> data) {
        return ask("", Operation.UPDATE, path, data).auth().orElseThrow();
    }

    /** Whether a token can look itself up. */
    public boolean works(String token) {
        try {
            ask(token, Operation.READ, "auth/token/lookup-self", Map.of());
            return true;
        } catch (FaultException e) {
            if (e.fault() instanceof Fault.PermissionDenied) {
                return false;
            }
            throw e;
        }
    }

    /** What a refusal says. */
    public static String refusal(Runnable work) {
        try {
            work.run();
        } catch (FaultException e) {
            return switch (e.fault()) {
                case Fault.BadRequest(List<String> details) -> "400 " + details.getFirst();
                case Fault.PermissionDenied _ -> "403";
                case Fault.NotFound _ -> "404";
                case Fault.UnsupportedOperation _ -> "405";
                default -> e.fault().toString();
            };
        }
        return "nothing was refused";
    }

    /** The {@code data} of an answer. */
    public static Map<String, Object> data(Response response) {
        return switch (response.content()) {
            case Response.Content.Data(Map<String, Object> data) -> data;
            case Response.Content.DoublePlaced(Map<String, Object> data) -> data;
            case Response.Content other -> throw new AssertionError("no data but " + other);
        };
    }

    /** The members of an answer without envelope. */
    public static Map<String, Object> plain(Response response) {
        return switch (response.content()) {
            case Response.Content.Plain(Map<String, Object> members) -> members;
            case Response.Content other -> throw new AssertionError("not plain but " + other);
        };
    }

    /** The token in an answer. */
    public static String text(Auth auth) {
        return text(auth.clientToken());
    }

    private static String text(SecretBytes token) {
        return new String(token.expose(), StandardCharsets.UTF_8);
    }
}
