package io.casemate.kernel;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Requests as they come from loopback, without a token. For tests. */
public final class Requests {
    private Requests() {}

    /** One with these fields. */
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
}
