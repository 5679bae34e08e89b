package io.casemate.sys;

import io.casemate.barrier.View;
import io.casemate.engine.Endpoint;
import io.casemate.engine.Endpoint.Access;
import io.casemate.engine.Field;
import io.casemate.engine.Fields;
import io.casemate.engine.JsonRecord;
import io.casemate.engine.Members;
import io.casemate.kernel.Fault;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Response;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * {@code sys/config/ui/headers*}: headers that a web interface's pages shall bear. Kept for tools that manage them
 * (docs/formats/sys-config.md); this server has no pages yet, and answers of the API do not bear them.
 */
public final class UiHeaderEndpoints {
    private static final String HEADERS = "ui-header/";
    private static final int MOST = 256;

    private final View view;

    /** Keeps them on {@code view}. */
    public UiHeaderEndpoints(View view) {
        this.view = view;
    }

    /** Patterns relative to {@code sys/}. */
    public List<Endpoint> endpoints() {
        return List.of(
                Endpoint.at("config/ui/headers", "Lists the headers of a web interface's pages.")
                        .access(Access.SUDO)
                        .on(
                                Operation.LIST,
                                _ -> Response.keys(view.list(HEADERS, "", MOST).stream()
                                        .map(key -> key.substring(HEADERS.length()))
                                        .toList()))
                        .build(),
                Endpoint.at("config/ui/headers/{header}", "A header of a web interface's pages.")
                        .access(Access.SUDO)
                        .field("header", Field.string("Its name."))
                        .field("values", Field.strings("Its values."))
                        .field("multivalue", Field.flag(false, "Whether a reader wants all values."))
                        .on(Operation.READ, exchange -> read(exchange.fields()))
                        .on(Operation.UPDATE, exchange -> write(exchange.fields()))
                        .on(Operation.DELETE, exchange -> {
                            view.delete(key(exchange.fields()));
                            return Response.none();
                        })
                        .build());
    }

    private Response read(Fields fields) {
        String key = key(fields);
        List<String> values = view.get(key)
                .map(record -> Members.read("the record " + key, record).strings("values"))
                .orElseThrow(Fault::notFound);
        return Response.of(fields.flag("multivalue") ? Map.of("values", values) : Map.of("value", values.getFirst()));
    }

    private Response write(Fields fields) {
        List<String> values = fields.strings("values");
        if (values.isEmpty() || values.stream().anyMatch(each -> each.chars().anyMatch(Character::isISOControl))) {
            throw Fault.badRequest("field 'values': expected at least one, without line breaks");
        }
        String key = key(fields);
        view.transact(editor -> {
            if (editor.get(key).isEmpty() && editor.list(HEADERS, "", MOST).size() == MOST) {
                throw Fault.badRequest("there are " + MOST + " headers already: delete one first");
            }
            editor.put(key, JsonRecord.of(Map.of("values", values)));
            return null;
        });
        return Response.none().warning("kept, but this server has no web interface: no answer bears this header");
    }

    private static String key(Fields fields) {
        String name = fields.string("header").toLowerCase(Locale.ROOT);
        if (!name.matches("[a-z0-9!#$%&'*+.^_`|~-]{1,128}") || name.startsWith("x-vault-")) {
            throw Fault.badRequest("expected the name of a header that does not begin with X-Vault-");
        }
        return HEADERS + name;
    }
}
