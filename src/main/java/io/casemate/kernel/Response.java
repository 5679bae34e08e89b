package io.casemate.kernel;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What an endpoint answers. Immutable; the {@code with...} style methods return changed copies.
 *
 * @param status 0 for the usual one (200 with content, 204 without), else the HTTP status to send
 * @param warnings shown to the client beside the data
 * @param lease how long it is good for; a lease's terms until the server has made a lease of them
 * @param auth the block that tells a client of the token it was given
 * @param wrap in place of content and auth: where the real answer waits
 * @param grant what an auth method granted, of which a token is made before anybody sees the answer
 * @param headers of the answer, by name, several values of one as lines; those that neither belong to the protocols that
 *     engines speak nor are allowed by the mount's tuning are dropped
 * @param mountType the kind of engine that answered; empty when none did
 */
public record Response(
        int status,
        Content content,
        List<String> warnings,
        Lease lease,
        Optional<Auth> auth,
        Optional<Wrap> wrap,
        Optional<LoginGrant> grant,
        Map<String, String> headers,
        String mountType) {

    /** The answer's body. */
    public sealed interface Content {
        /** No body: 204. */
        record None() implements Content {}

        /** Vault's envelope with this as {@code data}. */
        record Data(Map<String, Object> data) implements Content {}

        /** The envelope, with the same members again at top level, where old clients look for them. */
        record DoublePlaced(Map<String, Object> data) implements Content {}

        /** A JSON object without an envelope ({@code sys/health}, {@code sys/init}, ...). */
        record Plain(Map<String, Object> members) implements Content {}

        /** Not JSON at all (PEM, DER, CRL). */
        record Raw(String mediaType, byte[] bytes) implements Content {}

        /** Not JSON, and of any length. Whoever sends the answer, or drops it, closes the download. */
        record Stream(String mediaType, Download download) implements Content {}
    }

    /**
     * The {@code auth} block. {@code clientToken} is the one secret in it; the redactor hashes it.
     *
     * @param policies the token's own
     * @param leaseDuration the token's life from now; zero for a token that does not expire
     * @param identityPolicies of whoever stands behind the token
     * @param entityCreated this login made the entity; told to the audit devices only
     */
    public record Auth(
            SecretBytes clientToken,
            String accessor,
            String displayName,
            List<String> policies,
            Map<String, String> metadata,
            Duration leaseDuration,
            boolean renewable,
            String entityId,
            String tokenType,
            boolean orphan,
            int numUses,
            List<String> identityPolicies,
            boolean entityCreated) {

        /** The same, told that this login made the entity. */
        public Auth toNewcomer() {
            return with(entityId, identityPolicies, true);
        }

        /** The same with who stands behind the token. */
        public Auth as(Identity who) {
            return with(who.entityId(), List.copyOf(who.policies()), entityCreated);
        }

        private Auth with(String entity, List<String> more, boolean created) {
            return new Auth(
                    clientToken,
                    accessor,
                    displayName,
                    policies,
                    metadata,
                    leaseDuration,
                    renewable,
                    entity,
                    tokenType,
                    orphan,
                    numUses,
                    more,
                    created);
        }

        /** The names of all policies that count, in order. */
        public List<String> allPolicies() {
            return Stream.concat(policies.stream(), identityPolicies.stream())
                    .distinct()
                    .sorted()
                    .toList();
        }
    }

    /**
     * The {@code wrap_info} block: a token that opens the real answer once.
     *
     * @param token may be a JWT that stands for the token; the one secret in it
     * @param ttl how long it may be opened
     * @param path what was asked, so that the receiver can see whether the answer is of the kind it expects
     * @param wrappedAccessor of the token in the wrapped {@code auth} block; empty when there is none
     * @param wrappedLease id of the lease that was made for the wrapped answer; empty when there is none; not shown
     */
    public record Wrap(
            SecretBytes token,
            String accessor,
            Duration ttl,
            Instant created,
            String path,
            String wrappedAccessor,
            String wrappedLease) {}

    public Response {
        warnings = List.copyOf(warnings);
        headers = Map.copyOf(headers);
    }

    /** 204, no body. */
    public static Response none() {
        return with(new Content.None());
    }

    /** 200 with {@code data} in the envelope. */
    public static Response of(Map<String, Object> data) {
        return with(new Content.Data(data));
    }

    /** 200 with {@code data} in the envelope and again at top level. */
    public static Response doublePlaced(Map<String, Object> data) {
        return with(new Content.DoublePlaced(data));
    }

    /** 200 with a bare JSON object. */
    public static Response plain(Map<String, Object> members) {
        return with(new Content.Plain(members));
    }

    /** 200 with bytes that are not JSON. */
    public static Response raw(String mediaType, byte[] bytes) {
        return with(new Content.Raw(mediaType, bytes));
    }

    /** 200 with what was prepared for download. */
    public static Response download(String mediaType, Download download) {
        return with(new Content.Stream(mediaType, download));
    }

    /** 200 with an {@code auth} block and null data. */
    public static Response authenticated(Auth auth) {
        return with(new Content.None()).status(200).handing(auth);
    }

    /** What a login answers: the server makes a token of it. */
    public static Response granted(LoginGrant grant) {
        return new Response(
                200,
                new Content.None(),
                List.of(),
                Lease.NONE,
                Optional.empty(),
                Optional.empty(),
                Optional.of(grant),
                Map.of(),
                "");
    }

    /** 200 with a {@code wrap_info} block and nothing else. */
    public static Response wrapped(Wrap wrap) {
        return new Response(
                200,
                new Content.None(),
                List.of(),
                Lease.NONE,
                Optional.empty(),
                Optional.of(wrap),
                Optional.empty(),
                Map.of(),
                "");
    }

    /** The answer to LIST: the names, or 404 with an empty error list when there are none. */
    public static Response keys(List<String> names) {
        if (names.isEmpty()) {
            throw Fault.notFound();
        }
        return of(Map.of("keys", names));
    }

    /** The same with the token that was made of its grant, if it had one. */
    public Response handing(Auth made) {
        return new Response(
                status, content, warnings, lease, Optional.of(made), wrap, Optional.empty(), headers, mountType);
    }

    /** The same with another status, such as 404 for a deleted version that still has metadata. */
    public Response status(int other) {
        return new Response(other, content, warnings, lease, auth, wrap, grant, headers, mountType);
    }

    /** The same with one more warning. A warning on an empty answer makes it 200 with a body. */
    public Response warning(String warning) {
        return warnings(List.of(warning));
    }

    /** The same with each of {@code others} as a warning, too. */
    public Response warnings(List<String> others) {
        List<String> more = new ArrayList<>(warnings);
        more.addAll(others);
        return new Response(status, content, more, lease, auth, wrap, grant, headers, mountType);
    }

    /** The same with a hint how long it keeps. */
    public Response keepFor(Duration duration) {
        return leased(new Lease.Hint(duration));
    }

    /** The same with a lease, or with terms that one shall be made of. */
    public Response leased(Lease other) {
        return new Response(status, content, warnings, other, auth, wrap, grant, headers, mountType);
    }

    /** The same with more headers. */
    public Response with(Map<String, String> more) {
        if (more.isEmpty()) {
            return this;
        }
        Map<String, String> all = new HashMap<>(headers);
        all.putAll(more);
        return bearing(all);
    }

    /** How long the client may rely on the data; zero for nothing said. */
    public Duration leaseDuration() {
        return lease.ttl();
    }

    /** The same, saying what kind of engine it comes from. */
    public Response from(String type) {
        return new Response(status, content, warnings, lease, auth, wrap, grant, headers, type);
    }

    /** The same with one more header. */
    public Response header(String name, String value) {
        return with(Map.of(name, value));
    }

    /** The same with only those headers that {@code allowed} names, in any case. */
    public Response showing(Collection<String> allowed) {
        if (headers.isEmpty()) {
            return this;
        }
        Map<String, String> fewer = new HashMap<>(headers);
        fewer.keySet().removeIf(name -> allowed.stream().noneMatch(name::equalsIgnoreCase));
        return bearing(fewer);
    }

    private Response bearing(Map<String, String> others) {
        return new Response(status, content, warnings, lease, auth, wrap, grant, others, mountType);
    }

    /** Has nothing to say: no body will be sent. */
    public boolean silent() {
        return content instanceof Content.None
                && auth.isEmpty()
                && wrap.isEmpty()
                && grant.isEmpty()
                && lease instanceof Lease.Hint
                && warnings.isEmpty();
    }

    private static Response with(Content content) {
        return new Response(
                0, content, List.of(), Lease.NONE, Optional.empty(), Optional.empty(), Optional.empty(), Map.of(), "");
    }
}
