package io.casemate.engine.kv;

import static io.casemate.engine.kv.KvPaths.PATH;

import io.casemate.engine.Endpoint;
import io.casemate.engine.Endpoint.Exchange;
import io.casemate.engine.Field;
import io.casemate.engine.JsonRecord;
import io.casemate.engine.Paging;
import io.casemate.engine.SecretsEngine;
import io.casemate.kernel.Durations;
import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Response;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** KV version 1: one value a path, written whole. */
final class UnversionedKv implements SecretsEngine {
    private final Context context;

    UnversionedKv(Context context) {
        this.context = context;
    }

    @Override
    public List<Endpoint> endpoints() {
        return List.of(
                at("").on(Operation.LIST, exchange -> list(exchange, ""))
                        .on(Operation.SCAN, exchange -> scan(exchange, ""))
                        .build(),
                at("{path...}")
                        .openBody()
                        .exists(exchange -> context.storage().get(key(exchange)).isPresent())
                        .on(Operation.READ, this::read)
                        .on(
                                Operation.LIST,
                                exchange -> list(exchange, exchange.fields().string(PATH)))
                        .on(
                                Operation.SCAN,
                                exchange -> scan(exchange, exchange.fields().string(PATH)))
                        .on(Operation.UPDATE, this::write)
                        .on(Operation.DELETE, this::delete)
                        .build());
    }

    private static Endpoint.Builder at(String pattern) {
        return Endpoint.at(pattern, "Stores, reads, lists and deletes secrets.")
                .field(PATH, Field.string("Where the secret is."))
                .fields(Paging.BESIDE_DATA);
    }

    private Response read(Exchange exchange) {
        Map<String, Object> data =
                context.storage().get(key(exchange)).map(JsonRecord::read).orElseThrow(Fault::notFound);
        return Response.of(data).keepFor(hint(data));
    }

    private Response write(Exchange exchange) {
        Map<String, Object> data = exchange.request().data();
        if (data.isEmpty()) {
            throw Fault.badRequest("missing data fields");
        }
        context.storage().put(key(exchange), JsonRecord.of(data));
        return Response.none();
    }

    private Response delete(Exchange exchange) {
        context.storage().delete(key(exchange));
        return Response.none();
    }

    private Response list(Exchange exchange, String path) {
        String folder = KvPaths.folder(path);
        return KvPaths.listed(exchange, (after, limit) -> context.storage().children("s/" + folder, after, limit));
    }

    private Response scan(Exchange exchange, String path) {
        String folder = "s/" + KvPaths.folder(path);
        return KvPaths.listed(exchange, (after, limit) -> KvPaths.below(context.storage(), folder, after, limit));
    }

    /** How often a client should look again: the secret's own {@code ttl} or {@code lease}, else the mount's default. */
    private Duration hint(Map<String, Object> data) {
        Object own = data.getOrDefault("ttl", data.get("lease"));
        try {
            return own == null ? context.ttls().get().fallback() : Durations.parse("ttl", own);
        } catch (FaultException e) {
            return context.ttls().get().fallback();
        }
    }

    private static String key(Exchange exchange) {
        return "s/" + KvPaths.secret(exchange);
    }
}
