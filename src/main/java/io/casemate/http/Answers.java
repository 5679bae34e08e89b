package io.casemate.http;

import io.casemate.json.Json;
import io.casemate.kernel.Download;
import io.casemate.kernel.Envelope;
import io.casemate.kernel.Response;
import io.casemate.kernel.Response.Content;

/** Turns a {@link Response} into what goes over the wire. */
final class Answers {
    private Answers() {}

    static Answer of(String requestId, Response response) {
        return withoutHeaders(requestId, response).with(response.headers());
    }

    private static Answer withoutHeaders(String requestId, Response response) {
        return switch (response.content()) {
            case Content.Raw(String mediaType, byte[] bytes) -> Answer.of(status(response, 200), mediaType, bytes);
            case Content.Stream(String mediaType, Download download) ->
                Answer.download(status(response, 200), mediaType, download);
            case Content.None() when response.silent() -> Answer.empty(status(response, 204));
            case Content.Plain _ -> json(status(response, 200), requestId, response);
            case Content.None _, Content.Data _, Content.DoublePlaced _ -> {
                int status = status(response, 200);
                yield json(status == 204 ? 200 : status, requestId, response);
            }
        };
    }

    private static Answer json(int status, String requestId, Response response) {
        return bodiless(status)
                ? Answer.empty(status)
                : Answer.json(status, Json.bytes(Envelope.of(requestId, response)));
    }

    /** {@code sys/health} answers with the status that the client asks for, which may forbid a body (RFC 9110 section 6.4.1). */
    private static boolean bodiless(int status) {
        return status == 204 || status == 304;
    }

    private static int status(Response response, int usual) {
        return response.status() == 0 ? usual : response.status();
    }
}
