package io.casemate.engine.cubbyhole;

import io.casemate.barrier.View;
import io.casemate.barrier.View.Editor;
import io.casemate.engine.Endpoint;
import io.casemate.engine.Endpoint.Exchange;
import io.casemate.engine.Field;
import io.casemate.engine.JsonRecord;
import io.casemate.engine.Paging;
import io.casemate.engine.SecretsEngine;
import io.casemate.engine.TokenScopedData;
import io.casemate.kernel.Caller;
import io.casemate.kernel.Fault;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Response;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A private store for each token: nobody else can read it, whatever the policies say, and it ends with the token. */
public final class Cubbyhole implements SecretsEngine, TokenScopedData {
    private static final int BATCH = 500;
    private static final int FEW = 16;

    private final View storage;

    /** Keeps everything on {@code storage}. */
    public Cubbyhole(View storage) {
        this.storage = storage;
    }

    /**
     * Removes all that a token kept, when it is revoked. In steps, so that no writer waits long; a repeated call
     * finishes what a crash left.
     *
     * @param tokenKey as in {@code Caller.tokenKey}
     */
    public void forget(String tokenKey) {
        String drawer = drawer(tokenKey);
        while (!storage.list(drawer, "", 1).isEmpty()) {
            storage.transact(editor -> {
                editor.list(drawer, "", BATCH).forEach(editor::delete);
                return null;
            });
        }
    }

    /** The same as a part of {@code editor}'s transaction, if it is not much; false when it is, and nothing is removed. */
    public boolean forgetWithin(Editor editor, String tokenKey) {
        Editor own = editor.on(storage);
        List<String> kept = own.list(drawer(tokenKey), "", FEW + 1);
        if (kept.size() > FEW) {
            return false;
        }
        kept.forEach(own::delete);
        return true;
    }

    @Override
    public void put(Editor editor, String tokenKey, Map<String, Map<String, Object>> secrets) {
        Editor own = editor.on(storage);
        secrets.forEach((name, secret) -> own.put(drawer(tokenKey) + name, JsonRecord.of(secret)));
    }

    @Override
    public Optional<Map<String, Object>> get(String tokenKey, String name) {
        return storage.get(drawer(tokenKey) + name).map(JsonRecord::read);
    }

    @Override
    public List<Endpoint> endpoints() {
        return List.of(
                at("").on(Operation.LIST, exchange -> list(exchange, "")).build(),
                at("{path...}")
                        .openBody()
                        .exists(exchange -> storage.get(key(exchange)).isPresent())
                        .on(Operation.READ, this::read)
                        .on(
                                Operation.LIST,
                                exchange -> list(exchange, exchange.fields().string("path")))
                        .on(Operation.UPDATE, this::write)
                        .on(Operation.DELETE, this::delete)
                        .build());
    }

    private static Endpoint.Builder at(String pattern) {
        return Endpoint.at(pattern, "Stores, reads, lists and deletes secrets of the calling token.")
                .field("path", Field.string("Where the secret is."))
                .fields(Paging.BESIDE_DATA);
    }

    private Response read(Exchange exchange) {
        return Response.of(storage.get(key(exchange)).map(JsonRecord::read).orElseThrow(Fault::notFound));
    }

    private Response write(Exchange exchange) {
        Map<String, Object> data = exchange.request().data();
        String key = key(exchange);
        if (key.endsWith("/")) {
            throw Fault.badRequest("cannot write to a path ending in '/'");
        }
        if (data.isEmpty()) {
            throw Fault.badRequest("missing data fields");
        }
        storage.put(key, JsonRecord.of(data));
        return Response.none();
    }

    private Response delete(Exchange exchange) {
        storage.delete(key(exchange));
        return Response.none();
    }

    private Response list(Exchange exchange, String path) {
        String folder = path.isEmpty() || path.endsWith("/") ? path : path + "/";
        Paging paging = Paging.of(exchange.fields());
        return Response.keys(
                paging.whole(storage.children(drawerOf(exchange) + folder, paging.after(), paging.limit())));
    }

    private static String key(Exchange exchange) {
        return drawerOf(exchange) + exchange.fields().string("path");
    }

    private static String drawerOf(Exchange exchange) {
        String tokenKey = exchange.caller().tokenKey();
        if (exchange.caller().kind() == Caller.TokenKind.BATCH) {
            throw Fault.badRequest("cubbyhole operations are only supported by service tokens");
        }
        if (tokenKey.isEmpty()) {
            throw new Fault.PermissionDenied().asException();
        }
        return drawer(tokenKey);
    }

    private static String drawer(String tokenKey) {
        if (tokenKey.isEmpty() || tokenKey.indexOf('/') >= 0) {
            throw new IllegalArgumentException("not the key of a token");
        }
        return "t/" + tokenKey + "/";
    }
}
