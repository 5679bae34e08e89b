package io.casemate.engine.kv;

import static io.casemate.engine.kv.KvPaths.PATH;

import io.casemate.engine.Endpoint;
import io.casemate.engine.Endpoint.Exchange;
import io.casemate.engine.Field;
import io.casemate.kernel.Fault;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Response;
import java.util.List;

/** {@code delete/}, {@code undelete/} and {@code destroy/}: what becomes of chosen versions. */
final class VersionEndpoints {
    private final VersionStore store;

    VersionEndpoints(VersionStore store) {
        this.store = store;
    }

    List<Endpoint> endpoints() {
        return List.of(
                change("delete", VersionStore.Change.DELETE, "Deletes versions; they can be undeleted."),
                change("undelete", VersionStore.Change.UNDELETE, "Makes deleted versions readable again."),
                change("destroy", VersionStore.Change.DESTROY, "Removes the data of versions for good."));
    }

    private Endpoint change(String verb, VersionStore.Change change, String synopsis) {
        return Endpoint.at(verb + "/{path...}", synopsis)
                .field(PATH, Field.string("Where the secret is."))
                .field("versions", Field.strings("Numbers of the versions."))
                .on(Operation.UPDATE, exchange -> {
                    List<Long> versions = versions(exchange);
                    store.change(KvPaths.secret(exchange), change, metadata -> versions);
                    return Response.none();
                })
                .build();
    }

    private static List<Long> versions(Exchange exchange) {
        List<String> sent = exchange.fields().strings("versions");
        if (sent.isEmpty()) {
            throw Fault.badRequest("no version number provided: field 'versions' lists at least one");
        }
        try {
            return sent.stream().map(Long::valueOf).toList();
        } catch (NumberFormatException e) {
            throw new Fault.BadRequest(List.of("field 'versions': expected a list of whole numbers")).causedBy(e);
        }
    }
}
