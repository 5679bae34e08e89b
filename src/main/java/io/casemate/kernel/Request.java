package io.casemate.kernel;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * One API call, stripped of HTTP.
 *
 * @param id a UUID, answered as {@code request_id} and found in both audit entries
 * @param namespace the namespace's id; only {@code root} exists so far
 * @param path below {@code /v1/}; an engine sees it below its mount
 * @param data the JSON body's members, or the query parameters of a request without a body
 * @param token as sent; the http room wipes it after the answer is written
 * @param wrapTtl asked for by {@code X-Vault-Wrap-TTL}
 * @param upload the body, where it is not JSON but bytes of any length
 * @param mount where whoever sees it is mounted, ending with a slash; empty before it is routed
 */
public record Request(
        String id,
        String namespace,
        Operation operation,
        ApiPath path,
        Map<String, Object> data,
        Optional<SecretBytes> token,
        Optional<Duration> wrapTtl,
        Peer peer,
        Optional<Upload> upload,
        String mount) {

    /** The one namespace there is. */
    public static final String ROOT_NAMESPACE = "root";

    /** A request that is not routed yet, without an upload. */
    public Request(
            String id,
            String namespace,
            Operation operation,
            ApiPath path,
            Map<String, Object> data,
            Optional<SecretBytes> token,
            Optional<Duration> wrapTtl,
            Peer peer) {
        this(id, namespace, operation, path, data, token, wrapTtl, peer, Optional.empty(), "");
    }

    /** The same request as the engine mounted at {@code place} sees it. */
    public Request within(String place) {
        return new Request(id, namespace, operation, path.below(place), data, token, wrapTtl, peer, upload, place);
    }

    /** The same request for another path. */
    public Request at(ApiPath other) {
        return new Request(id, namespace, operation, other, data, token, wrapTtl, peer, upload, mount);
    }

    /** The same request with another token, which stays the caller's. */
    public Request with(SecretBytes other) {
        return new Request(id, namespace, operation, path, data, Optional.of(other), wrapTtl, peer, upload, mount);
    }

    /** The same request with the operation that the gate settled on (create or update). */
    public Request as(Operation settled) {
        return new Request(id, namespace, settled, path, data, token, wrapTtl, peer, upload, mount);
    }

    /** The same request as seen by an engine that is shown only those headers that {@code names} names, in any case. */
    public Request hearing(List<String> names) {
        Map<String, String> heard = names.isEmpty() ? Map.of() : new HashMap<>();
        for (String name : names) {
            String lower = name.toLowerCase(Locale.ROOT);
            String value = peer.headers().get(lower);
            if (value != null) {
                heard.put(lower, value);
            }
        }
        Peer shown = new Peer(peer.address(), peer.port(), peer.certificates(), heard);
        return new Request(id, namespace, operation, path, data, token, wrapTtl, shown, upload, mount);
    }

    /**
     * The other end of the connection.
     *
     * @param address numeric; never resolved to a name
     * @param certificates DER, leaf first, as shown in the TLS handshake and NOT verified: only proof of possession of
     *     the leaf's key. Empty when none was shown.
     * @param headers the request's headers that rooms may ask for, names in lower case; an engine sees those that its endpoint
     *     names and those that its mount's tuning passes through
     */
    public record Peer(String address, int port, List<byte[]> certificates, Map<String, String> headers) {}
}
