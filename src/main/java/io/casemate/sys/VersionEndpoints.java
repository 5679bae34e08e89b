package io.casemate.sys;

import io.casemate.barrier.View;
import io.casemate.core.Lifecycle;
import io.casemate.core.ProductInfo;
import io.casemate.engine.Endpoint;
import io.casemate.engine.JsonRecord;
import io.casemate.engine.Members;
import io.casemate.kernel.FaultException;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Response;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code sys/internal/ui/version}, and {@code sys/version-history}: which versions this store has been opened by, and since when (docs/formats/sys-config.md). */
public final class VersionEndpoints implements Lifecycle.Stage {
    private static final System.Logger LOG = System.getLogger("casemate.sys");
    private static final String VERSIONS = "version/";
    private static final int MOST = 1000;

    private final View view;
    private final ProductInfo product;
    private final InstantSource clock;

    /** Keeps its records on {@code view}. */
    public VersionEndpoints(View view, ProductInfo product, InstantSource clock) {
        this.view = view;
        this.product = product;
        this.clock = clock;
    }

    @Override
    public String name() {
        return "version";
    }

    /** Notes this version, the first time only. A store that cannot be written to is no reason to stay sealed. */
    @Override
    public void start() {
        try {
            note();
        } catch (FaultException e) {
            LOG.log(System.Logger.Level.WARNING, "the version that opened the store is not noted", e);
        }
    }

    private void note() {
        if (view.get(VERSIONS + product.own()).isEmpty()) {
            view.put(
                    VERSIONS + product.own(),
                    JsonRecord.of(Map.of("installed", clock.instant().toString(), "build_date", product.buildDate())));
        }
    }

    @Override
    public void stop() {}

    /** Patterns relative to {@code sys/}. */
    public List<Endpoint> endpoints() {
        return List.of(
                Endpoint.at("version-history", "Versions of the server that have opened this store.")
                        .on(Operation.LIST, _ -> history())
                        .build(),
                Endpoint.at("internal/ui/version", "This server's version.")
                        .on(Operation.READ, _ -> Response.of(Map.of("version", product.version())))
                        .build());
    }

    private Response history() {
        List<Installed> all = new ArrayList<>();
        for (String key : view.list(VERSIONS, "", MOST)) {
            String version = key.substring(VERSIONS.length());
            view.get(key)
                    .map(record -> Members.read("the record of version " + version, record))
                    .ifPresent(members ->
                            all.add(new Installed(version, members.text("installed"), members.text("build_date"))));
        }
        all.sort(Comparator.comparing(Installed::at));
        Map<String, Object> info = new LinkedHashMap<>();
        String previous = null;
        for (Installed each : all) {
            Map<String, Object> row = new LinkedHashMap<>();
            row.put("build_date", each.buildDate());
            row.put("previous_version", previous);
            row.put("timestamp_installed", each.at());
            info.put(each.version(), row);
            previous = each.version();
        }
        return Response.of(Map.of("keys", all.stream().map(Installed::version).toList(), "key_info", info));
    }

    private record Installed(String version, String at, String buildDate) {}
}
