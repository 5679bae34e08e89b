package io.casemate.kernel;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Requests as they come from loopback. For tests. */
public final class Requests {
    private Requests() {}

    /** One without a token. */
    public static Request of(Operation operation, String path, Map<String, Object> data) {
        return of(operation, path, data, Optional.empty());
    }

    /** The same with a token. */
    public static Request of(Operation operation, String path, Map<String, Object> data, Optional<SecretBytes> token) {
        return new Request(
                "id",
                Request.ROOT_NAMESPACE,
                operation,
                new ApiPath(path),
                data,
                token,
                Optional.empty(),
                new Request.Peer("127.0.0.1", 1, List.of(), Map.of()));
    }

    /** One with a token, or with none when that is empty. */
    public static Request by(String token, Operation operation, String path, Map<String, Object> data) {
        return of(
                operation,
                path,
                data,
                Optional.of(token).filter(sent -> !sent.isEmpty()).map(SecretBytes::ofText));
    }

    /** {@code request} with another id. */
    public static Request named(String id, Request request) {
        return new Request(
                id,
                request.namespace(),
                request.operation(),
                request.path(),
                request.data(),
                request.token(),
                request.wrapTtl(),
                request.peer());
    }

    /** {@code request} with its answer wanted wrapped, if at all. */
    public static Request wrapped(Optional<Duration> ttl, Request request) {
        return new Request(
                request.id(),
                request.namespace(),
                request.operation(),
                request.path(),
                request.data(),
                request.token(),
                ttl,
                request.peer());
    }

    /** {@code request} from somebody else. */
    public static Request from(Request.Peer peer, Request request) {
        return new Request(
                request.id(),
                request.namespace(),
                request.operation(),
                request.path(),
                request.data(),
                request.token(),
                request.wrapTtl(),
                peer);
    }
}
