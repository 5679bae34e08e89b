package io.casemate.sys;

import io.casemate.engine.Endpoint;
import io.casemate.engine.OpenApi;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Response;
import io.casemate.mount.MountEntry;
import io.casemate.mount.Mounts;
import java.util.List;

/** {@code sys/internal/specs/openapi}: everything that is served now, as an OpenAPI document. */
public final class OpenApiEndpoints {
    private final Mounts mounts;
    private final List<Endpoint> whileSealed;
    private final String version;

    /** @param whileSealed endpoints of {@code sys/} that answer beside the mounts */
    public OpenApiEndpoints(Mounts mounts, List<Endpoint> whileSealed, String version) {
        this.mounts = mounts;
        this.whileSealed = List.copyOf(whileSealed);
        this.version = version;
    }

    /** Patterns relative to {@code sys/}. */
    public List<Endpoint> endpoints() {
        return List.of(Endpoint.at("internal/specs/openapi", "The API of this server, its mounts included.")
                .on(Operation.READ, _ -> document())
                .build());
    }

    private Response document() {
        OpenApi api = new OpenApi(version).add("sys/", "system", whileSealed);
        for (MountEntry entry : mounts.entries()) {
            String tag = entry.auth() ? "auth" : entry.type().equals("system") ? "system" : "secrets";
            api.add(entry.path(), tag, mounts.existing(entry.path()).endpoints().endpoints());
        }
        return Response.plain(api.document());
    }
}
