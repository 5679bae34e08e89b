package io.casemate.sys;

import io.casemate.auth.AuthMethod;
import io.casemate.auth.Lockouts;
import io.casemate.engine.Endpoint;
import io.casemate.engine.Endpoint.Exchange;
import io.casemate.engine.Field;
import io.casemate.kernel.Fault;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Request;
import io.casemate.kernel.Response;
import io.casemate.mount.MountEntry;
import io.casemate.mount.Mounted;
import io.casemate.mount.Mounts;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code sys/locked-users*}: who failed to log in too often, and letting them in again. */
public final class LockedUserEndpoints {
    private static final String ACCESSOR = "mount_accessor";

    private final Mounts mounts;

    /** For the auth methods of {@code mounts}. */
    public LockedUserEndpoints(Mounts mounts) {
        this.mounts = mounts;
    }

    /** Patterns relative to {@code sys/}. */
    public List<Endpoint> endpoints() {
        return List.of(
                Endpoint.at("locked-users", "Lists the names that are locked out, by auth method.")
                        .field(ACCESSOR, Field.string("Of one method; of all when absent."))
                        .on(Operation.READ, this::list)
                        .build(),
                Endpoint.at(
                                "locked-users/{mount_accessor}/unlock/{alias_identifier...}",
                                "Lets a name try again at once.")
                        .field(ACCESSOR, Field.string("The method's accessor, such as auth_userpass_1a2b3c4d."))
                        .field("alias_identifier", Field.string("The name; for approle the role id."))
                        .on(Operation.UPDATE, this::unlock)
                        .build());
    }

    private Response list(Exchange exchange) {
        String accessor = exchange.fields().string(ACCESSOR);
        List<Map<String, Object>> methods = new ArrayList<>();
        long total = 0;
        for (MountEntry entry : mounts.entries()) {
            Optional<Lockouts> lockouts =
                    lockouts(entry).filter(each -> accessor.isEmpty() || accessor.equals(entry.accessor()));
            List<String> names = lockouts.map(Lockouts::locked).orElse(List.of());
            if (!names.isEmpty()) {
                methods.add(
                        Map.of(ACCESSOR, entry.accessor(), "counts", (long) names.size(), "alias_identifiers", names));
                total += names.size();
            }
        }
        if (methods.isEmpty()) {
            return Response.of(Map.of("by_namespace", List.of(), "total", 0L));
        }
        Map<String, Object> namespace = new LinkedHashMap<>();
        namespace.put("namespace_id", Request.ROOT_NAMESPACE);
        namespace.put("namespace_path", "");
        namespace.put("counts", total);
        namespace.put("mount_accessors", methods);
        return Response.of(Map.of("by_namespace", List.of(namespace), "total", total));
    }

    private Response unlock(Exchange exchange) {
        String accessor = exchange.fields().string(ACCESSOR);
        mounts.entries().stream()
                .filter(entry -> entry.accessor().equals(accessor))
                .findFirst()
                .flatMap(this::lockouts)
                .orElseThrow(() -> Fault.badRequest("no auth method that locks names out has the accessor " + accessor))
                .unlock(exchange.fields().string("alias_identifier"));
        return Response.none();
    }

    private Optional<Lockouts> lockouts(MountEntry entry) {
        return mounts.byId(entry.uuid()).flatMap(Mounted::method).flatMap(AuthMethod::lockouts);
    }
}
