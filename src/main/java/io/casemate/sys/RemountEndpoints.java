package io.casemate.sys;

import io.casemate.engine.Endpoint;
import io.casemate.engine.Endpoint.Access;
import io.casemate.engine.Endpoint.Exchange;
import io.casemate.engine.Field;
import io.casemate.kernel.Fault;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Response;
import io.casemate.mount.Mounts;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * {@code sys/remount}: gives a mount another path. A move is one write, done when the answer leaves; clients of other servers
 * ask for its status all the same.
 */
public final class RemountEndpoints {
    private static final int REMEMBERED = 64;

    private final Mounts mounts;
    private final Deque<Move> moves = new ArrayDeque<>();

    /** Moves mounts of {@code mounts}. */
    public RemountEndpoints(Mounts mounts) {
        this.mounts = mounts;
    }

    /** Patterns relative to {@code sys/}. */
    public List<Endpoint> endpoints() {
        return List.of(
                Endpoint.at("remount", "Gives a mount another path.")
                        .field("from", Field.string("The path it has; auth methods begin with auth/."))
                        .field("to", Field.string("The path it shall have."))
                        .access(Access.SUDO)
                        .on(Operation.UPDATE, this::remount)
                        .build(),
                Endpoint.at("remount/status/{migration_id}", "What became of one of the last moves.")
                        .field("migration_id", Field.string("As the move was answered."))
                        .on(Operation.READ, this::status)
                        .build());
    }

    private Response remount(Exchange exchange) {
        String from = exchange.fields().string("from");
        String to = exchange.fields().string("to");
        if (from.isBlank() || to.isBlank()) {
            throw Fault.badRequest("fields 'from' and 'to' name the path that the mount has and the one it shall have");
        }
        mounts.move(from, to);
        Move move = new Move(UUID.randomUUID().toString(), from, to);
        synchronized (moves) {
            moves.addFirst(move);
            if (moves.size() > REMEMBERED) {
                moves.removeLast();
            }
        }
        return Response.doublePlaced(Map.of("migration_id", move.id()));
    }

    private Response status(Exchange exchange) {
        String id = exchange.fields().string("migration_id");
        synchronized (moves) {
            Move move = moves.stream()
                    .filter(each -> each.id().equals(id))
                    .findFirst()
                    .orElseThrow(Fault::notFound);
            return Response.of(Map.of(
                    "migration_id",
                    move.id(),
                    "migration_info",
                    Map.of("source_mount", move.from(), "target_mount", move.to(), "status", "success")));
        }
    }

    private record Move(String id, String from, String to) {}
}
