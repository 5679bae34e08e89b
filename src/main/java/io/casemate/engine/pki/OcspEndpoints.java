package io.casemate.engine.pki;

import static io.casemate.engine.Endpoint.at;

import io.casemate.crypto.Sha256;
import io.casemate.engine.Endpoint;
import io.casemate.engine.Endpoint.Access;
import io.casemate.engine.Field;
import io.casemate.engine.pki.ocsp.OcspResponder.Reply;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Response;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** OCSP over HTTP (RFC 6960 A.1): a POST of the request, or a GET with it in the path, whose answer proxies may keep (RFC 5019). */
final class OcspEndpoints {
    private static final byte[] NOTHING = new byte[0];
    private static final int LONGEST = 65_536; // a request for hundreds of certificates

    private final Authority authority;
    private final InstantSource clock;

    OcspEndpoints(Authority authority) {
        this.authority = authority;
        this.clock = authority.context().clock();
    }

    List<Endpoint> endpoints() {
        return List.of(
                at("ocsp", "Answers an OCSP request, posted as application/ocsp-request.")
                        .access(Access.PUBLIC)
                        .field("body", Field.string("The request in DER, as base64."))
                        .on(
                                Operation.UPDATE,
                                exchange -> posted(exchange.fields().string("body")))
                        .build(),
                at("ocsp/{request...}", "Answers an OCSP request in the path, in base64.")
                        .access(Access.PUBLIC)
                        .headers(List.of(), List.of("Cache-Control", "Last-Modified", "Expires", "ETag"))
                        .on(Operation.READ, exchange -> got(exchange.fields().string("request")))
                        .build());
    }

    private Response posted(String body) {
        return Response.raw(Media.OCSP, authority.ocsp().answer(decoded(body)).der());
    }

    private Response got(String path) {
        Reply reply = authority.ocsp().answer(decoded(path));
        Response answer = Response.raw(Media.OCSP, reply.der());
        return reply.life().map(life -> answer.with(headers(life, reply.der()))).orElse(answer);
    }

    /** RFC 5019 6.2. */
    private Map<String, String> headers(Reply.Life life, byte[] der) {
        Instant now = clock.instant();
        long age = Math.max(0, Duration.between(now, life.nextUpdate()).toSeconds());
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Cache-Control", "max-age=" + age + ", public, no-transform, must-revalidate");
        headers.put("Last-Modified", HttpDate.of(life.thisUpdate()));
        headers.put("Expires", HttpDate.of(life.nextUpdate()));
        headers.put("ETag", "\"" + Sha256.hex(der) + "\"");
        return headers;
    }

    /** Either alphabet of RFC 4648, with or without padding; what is neither is no request, and answered as such. */
    private static byte[] decoded(String text) {
        if (text.length() > LONGEST) {
            return NOTHING;
        }
        String digits = text.strip().replace('+', '-').replace('/', '_');
        int end = digits.length();
        while (end > 0 && digits.charAt(end - 1) == '=') {
            end--;
        }
        try {
            return Base64.getUrlDecoder().decode(digits.substring(0, end));
        } catch (IllegalArgumentException e) {
            return NOTHING;
        }
    }
}
