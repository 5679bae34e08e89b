package io.casemate.engine.pki.acme;

import static io.casemate.engine.Endpoint.at;

import io.casemate.engine.Endpoint;
import io.casemate.engine.Endpoint.Exchange;
import io.casemate.engine.pki.role.FieldValues;
import io.casemate.engine.pki.store.Settings;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Response;
import java.util.List;
import java.util.Map;

/** {@code config/acme}, and what {@code config/cluster} says of the address under which clients find the mount. */
final class Configuration {
    private static final String ACME = "acme";

    private final Settings settings;

    Configuration(Settings settings) {
        this.settings = settings;
    }

    List<Endpoint> endpoints() {
        return List.of(at("config/acme", "How ACME clients are served.")
                .fields(AcmeSettings.FIELDS)
                .on(Operation.READ, exchange -> Response.of(values()))
                .on(Operation.UPDATE, this::setAcme)
                .build());
    }

    AcmeSettings acme() {
        return new AcmeSettings(values());
    }

    /** The mount's address with a slash at the end; empty when nobody set it. */
    String base() {
        String path = (String) settings.get("cluster").orElse(Map.of()).getOrDefault("path", "");
        return path.isEmpty() || path.endsWith("/") ? path : path + "/";
    }

    private Response setAcme(Exchange exchange) {
        Map<String, Object> updated = settings.change(
                ACME,
                stored -> FieldValues.updated(stored, AcmeSettings.FIELDS, exchange.fields(), AcmeSettings::check));
        Response response = Response.of(updated);
        return new AcmeSettings(updated).enabled() && base().isEmpty()
                ? response.warning("config/cluster has no path: URLs are built from the host that each client asks")
                : response;
    }

    private Map<String, Object> values() {
        return FieldValues.whole(settings.get(ACME).orElse(Map.of()), AcmeSettings.FIELDS);
    }
}
