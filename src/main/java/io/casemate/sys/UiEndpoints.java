package io.casemate.sys;

import io.casemate.engine.Endpoint;
import io.casemate.engine.Endpoint.Access;
import io.casemate.engine.Endpoint.Exchange;
import io.casemate.kernel.ApiPath;
import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Response;
import io.casemate.kernel.Rights;
import io.casemate.mount.MountEntry;
import io.casemate.mount.Mounts;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@code sys/internal/ui/mounts*}: what command lines and agents ask before they touch a key-value path. Needs no rule in a
 * policy, only a token with some right somewhere below the mount; a caller without one learns nothing.
 */
public final class UiEndpoints {
    private final Mounts mounts;
    private final MountSight sight;

    /** Looks into {@code mounts} on behalf of whoever asks. */
    public UiEndpoints(Mounts mounts, MountSight sight) {
        this.mounts = mounts;
        this.sight = sight;
    }

    /** Patterns relative to {@code sys/}. */
    public List<Endpoint> endpoints() {
        return List.of(
                Endpoint.at("internal/ui/mounts", "Lists the mounts that the caller can do something with.")
                        .access(Access.PUBLIC)
                        .on(Operation.READ, this::all)
                        .build(),
                Endpoint.at("internal/ui/mounts/{path...}", "Tells which mount a path lies in.")
                        .access(Access.PUBLIC)
                        .on(Operation.READ, this::one)
                        .build(),
                Endpoint.at("internal/ui/feature-flags", "Switches of web interfaces: there are none.")
                        .access(Access.PUBLIC)
                        .on(Operation.READ, _ -> Response.plain(Map.of("feature_flags", List.of())))
                        .build(),
                Endpoint.at("internal/ui/namespaces", "Lists the namespaces below the root: there are none.")
                        .access(Access.PUBLIC)
                        .on(Operation.READ, this::namespaces)
                        .build());
    }

    private Response all(Exchange exchange) {
        Optional<Rights> held = sight.rights(exchange.request());
        Map<String, Object> secret = new LinkedHashMap<>();
        Map<String, Object> auth = new LinkedHashMap<>();
        for (MountEntry entry : mounts.entries()) {
            if (sight.shows(held, entry)) {
                String path = entry.auth() ? entry.path().substring("auth/".length()) : entry.path();
                (entry.auth() ? auth : secret)
                        .put(path, held.isPresent() ? MountView.of(entry) : MountView.forStrangers(entry));
            }
        }
        return Response.of(Map.of("secret", secret, "auth", auth));
    }

    private Response one(Exchange exchange) {
        Rights held = sight.rights(exchange.request()).orElseThrow(() -> new Fault.PermissionDenied().asException());
        String path = exchange.fields().string("path");
        MountEntry entry = mounts.at(new ApiPath(path))
                .map(mounted -> mounted.entry())
                .filter(found -> sight.reaches(held, found))
                .orElseThrow(() -> withoutRule(path));
        Map<String, Object> shown = new LinkedHashMap<>(MountView.of(entry));
        shown.put("path", entry.path());
        return Response.of(shown);
    }

    private Response namespaces(Exchange exchange) {
        return sight.rights(exchange.request())
                .map(known -> Response.of(Map.of("keys", List.of())))
                .orElseThrow(() -> new Fault.PermissionDenied().asException());
    }

    /** The same for a path in no mount, so that asking does not tell which there are. */
    private static FaultException withoutRule(String path) {
        String text = "preflight capability check returned 403, please ensure client's policies grant access to path \""
                + path + "\"";
        return new Fault.PermissionDenied(List.of(text)).asException();
    }
}
