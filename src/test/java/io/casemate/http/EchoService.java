package io.casemate.http;

import io.casemate.kernel.Request;
import io.casemate.kernel.Response;
import io.casemate.kernel.SecretBytes;
import io.casemate.kernel.Service;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;

/** Answers with what it was asked, and remembers the last request. */
final class EchoService implements Service {
    final AtomicReference<Request> last = new AtomicReference<>();

    @Override
    public Response handle(Request request) {
        last.set(request);
        Map<String, Object> seen = new HashMap<>();
        seen.put("operation", request.operation().word());
        seen.put("path", request.path().value());
        seen.put("data", request.data());
        seen.put("id", request.id());
        seen.put("token", request.token().map(EchoService::text).orElse(null));
        seen.put("wrap", request.wrapTtl().map(Duration::toSeconds).orElse(null));
        seen.put("headers", List.copyOf(request.peer().headers().keySet()));
        seen.put("certificates", request.peer().certificates().size());
        return Response.of(seen);
    }

    private static String text(SecretBytes token) {
        return new String(token.expose(), StandardCharsets.UTF_8);
    }
}
