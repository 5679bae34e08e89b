package io.casemate.engine.pki;

import static io.casemate.engine.Endpoint.at;

import io.casemate.engine.Endpoint;
import io.casemate.engine.Endpoint.Exchange;
import io.casemate.engine.Field;
import io.casemate.engine.Fields;
import io.casemate.engine.pki.crl.CrlSettings;
import io.casemate.engine.pki.govern.Limits;
import io.casemate.engine.pki.issue.Urls;
import io.casemate.engine.pki.role.FieldValues;
import io.casemate.engine.pki.store.Ids;
import io.casemate.engine.pki.store.Issuers.Defaults;
import io.casemate.engine.pki.tidy.TidyPlan;
import io.casemate.kernel.Fault;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Response;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** The mount's configuration. An update changes the fields that are sent and leaves the others. */
final class ConfigEndpoints {
    private static final Map<String, Field> CLUSTER = Map.of(
            "path", Field.string("URL of this mount's API on this server, such as https://host:8200/v1/pki."),
            "aia_path", Field.string("URL by which certificates point to this mount, often by plain HTTP."));

    private final Authority authority;

    ConfigEndpoints(Authority authority) {
        this.authority = authority;
    }

    List<Endpoint> endpoints() {
        return List.of(
                setting("urls", "URLs that certificates carry.", Urls.FIELDS, Urls::check),
                setting("crl", "How CRLs are made.", CrlSettings.FIELDS, CrlSettings::check),
                setting("auto-tidy", "What is tidied by itself.", TidyPlan.AUTOMATIC, TidyPlan::checkAutomatic),
                setting("cluster", "Where this server is reached.", CLUSTER, ConfigEndpoints::checkCluster),
                setting("governor", "Limits on issuing, and the switch that stops it.", Limits.FIELDS, Limits::check),
                at("config/keys", "The default key.")
                        .field("default", Field.string("The key, by id or name."))
                        .on(Operation.READ, exchange -> Response.of(Map.of("default", authority.defaultKey())))
                        .on(Operation.UPDATE, this::setKeys)
                        .build(),
                at("config/issuers", "The default issuer.")
                        .field("default", Field.string("The issuer, by id or name."))
                        .field(
                                "default_follows_latest_issuer",
                                Field.flag(
                                        false, "A new issuer becomes the default if it has a key here and came alone."))
                        .on(
                                Operation.READ,
                                exchange ->
                                        Response.of(issuers(authority.issuers().defaults())))
                        .on(Operation.UPDATE, this::setIssuers)
                        .build(),
                at("root/replace", "Makes another issuer the default.")
                        .field("default", Field.string("The issuer, by id or name."))
                        .on(Operation.UPDATE, this::replace)
                        .build());
    }

    private Response setKeys(Exchange exchange) {
        String ref = exchange.fields().string("default");
        if (ref.isEmpty() || ref.equals(Ids.DEFAULT)) {
            throw Fault.badRequest("field 'default': a key, by id or name");
        }
        String id = authority.keys().find(ref).id();
        authority.settings().put("keys", Map.of("default", id));
        return Response.of(Map.of("default", id));
    }

    private static void checkCluster(Map<String, Object> values) {
        values.values().stream()
                .map(String.class::cast)
                .filter(url -> !url.isEmpty())
                .forEach(Urls::check);
        if (values.get("path") instanceof String path && path.startsWith("http:")) {
            throw Fault.badRequest("field 'path': expected https://, which is what this server speaks");
        }
    }

    private Endpoint setting(
            String name, String synopsis, Map<String, Field> declared, Consumer<Map<String, Object>> check) {
        return at("config/" + name, synopsis)
                .fields(declared)
                .on(
                        Operation.READ,
                        exchange -> Response.of(
                                FieldValues.whole(authority.settings().get(name).orElse(Map.of()), declared)))
                .on(
                        Operation.UPDATE,
                        exchange -> Response.of(authority
                                .settings()
                                .change(
                                        name,
                                        stored -> FieldValues.updated(stored, declared, exchange.fields(), check))))
                .build();
    }

    private Response setIssuers(Exchange exchange) {
        Fields fields = exchange.fields();
        Optional<String> id = fields.has("default") ? Optional.of(id(fields.string("default"))) : Optional.empty();
        return change(old -> new Defaults(
                id.orElse(old.id()),
                fields.has("default_follows_latest_issuer")
                        ? fields.flag("default_follows_latest_issuer")
                        : old.followsLatest()));
    }

    private Response replace(Exchange exchange) {
        String ref = exchange.fields().string("default");
        String id = id(ref.isEmpty() ? "next" : ref);
        return change(old -> new Defaults(id, old.followsLatest()));
    }

    private Response change(UnaryOperator<Defaults> change) {
        return Response.of(issuers(authority.context().storage().transact(editor -> {
            Defaults changed = change.apply(authority.issuers().defaults(editor));
            authority.issuers().defaults(editor, changed);
            return changed;
        })));
    }

    private String id(String ref) {
        if (ref.isEmpty() || ref.equals(Ids.DEFAULT)) {
            throw Fault.badRequest("field 'default': an issuer, by id or name");
        }
        return authority.issuers().find(ref).id().toString();
    }

    private static Map<String, Object> issuers(Defaults defaults) {
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("default", defaults.id());
        data.put("default_follows_latest_issuer", defaults.followsLatest());
        return data;
    }
}
