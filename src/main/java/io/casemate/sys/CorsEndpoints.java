package io.casemate.sys;

import io.casemate.barrier.View;
import io.casemate.core.Lifecycle;
import io.casemate.engine.Endpoint;
import io.casemate.engine.Endpoint.Access;
import io.casemate.engine.Field;
import io.casemate.engine.Fields;
import io.casemate.engine.JsonRecord;
import io.casemate.engine.Members;
import io.casemate.kernel.Fault;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Response;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * {@code sys/config/cors}, kept on a view (docs/formats/sys-config.md). What was read at the last unsealing holds while the
 * server is sealed.
 */
public final class CorsEndpoints implements Lifecycle.Stage {
    private static final String KEY = "cors";
    private static final int MOST = 256;

    private final View view;
    private volatile CorsConfig current = CorsConfig.DISABLED;

    /** Keeps it on {@code view}. */
    public CorsEndpoints(View view) {
        this.view = view;
    }

    /** What holds now. */
    public CorsConfig current() {
        return current;
    }

    @Override
    public String name() {
        return "cors";
    }

    @Override
    public void start() {
        current = view.get(KEY).map(CorsEndpoints::read).orElse(CorsConfig.DISABLED);
    }

    @Override
    public void stop() {}

    /** Patterns relative to {@code sys/}. */
    public List<Endpoint> endpoints() {
        return List.of(Endpoint.at("config/cors", "Which web pages may call the API from a browser.")
                .access(Access.SUDO)
                .field("enabled", Field.flag(true, "False is the same as deleting it."))
                .field("allowed_origins", Field.strings("Origins such as https://ui.example.org, or * for all."))
                .field("allowed_headers", Field.strings("Headers that pages may send besides the usual ones."))
                .on(Operation.READ, _ -> Response.doublePlaced(shown()))
                .on(Operation.UPDATE, exchange -> configure(exchange.fields()))
                .on(Operation.DELETE, _ -> disable())
                .build());
    }

    private Response configure(Fields fields) {
        if (!fields.flag("enabled")) {
            return disable();
        }
        List<String> origins = fields.strings("allowed_origins");
        if (origins.isEmpty()) {
            throw Fault.badRequest("at least one origin or the wildcard must be provided in 'allowed_origins'");
        }
        if (origins.contains("*") && origins.size() > 1) {
            throw Fault.badRequest("to allow all origins the '*' must be the only value for allowed_origins");
        }
        for (String origin : origins) {
            if (!origin.equals("*") && !origin.matches("[A-Za-z][A-Za-z0-9+.-]*://[^/\\s,]+")) {
                throw Fault.badRequest("field 'allowed_origins': expected scheme and host without a path, such as"
                        + " https://ui.example.org, not " + origin);
            }
        }
        List<String> headers = fields.strings("allowed_headers");
        if (!headers.stream().allMatch(each -> each.matches("[A-Za-z0-9!#$%&'*+.^_`|~-]{1,128}"))) {
            throw Fault.badRequest("field 'allowed_headers': expected names of headers");
        }
        if (origins.size() > MOST || headers.size() > MOST) {
            throw Fault.badRequest("at most " + MOST + " origins and as many headers");
        }
        view.put(KEY, JsonRecord.of(Map.of("origins", origins, "headers", headers)));
        current = new CorsConfig(true, origins, headers);
        return Response.none();
    }

    private Response disable() {
        view.delete(KEY);
        current = CorsConfig.DISABLED;
        return Response.none();
    }

    private Map<String, Object> shown() {
        CorsConfig now = current;
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("enabled", now.enabled());
        if (now.enabled()) {
            Set<String> headers = new LinkedHashSet<>(CorsConfig.USUAL_HEADERS);
            headers.addAll(now.headers());
            shown.put("allowed_origins", now.origins());
            shown.put("allowed_headers", List.copyOf(headers));
        }
        return shown;
    }

    private static CorsConfig read(byte[] record) {
        Members members = Members.read("the record of CORS", record);
        return new CorsConfig(true, members.strings("origins"), members.strings("headers"));
    }
}
