package io.casemate.sys;

import io.casemate.engine.Endpoint;
import io.casemate.engine.Endpoint.Access;
import io.casemate.engine.Endpoint.Exchange;
import io.casemate.engine.EndpointTable.Match;
import io.casemate.engine.Field;
import io.casemate.kernel.ApiPath;
import io.casemate.kernel.Fault;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Request;
import io.casemate.kernel.Response;
import io.casemate.kernel.Rights;
import io.casemate.mount.Mounted;
import io.casemate.mount.Mounts;
import io.casemate.policy.Explanation;
import io.casemate.policy.Explanation.Rule;
import io.casemate.policy.Explanation.Stanza;
import io.casemate.policy.Policies;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * {@code sys/policies/explain}: which rule allows or denies what the token that asks would do, and where it stands. Nothing
 * is done, and nothing is told beyond the token's own policies: not whether anything is there.
 */
public final class ExplainEndpoints {
    private static final int MOST_PATHS = 100;
    private static final List<Operation> OPERATIONS = List.of(
            Operation.CREATE,
            Operation.READ,
            Operation.UPDATE,
            Operation.PATCH,
            Operation.DELETE,
            Operation.LIST,
            Operation.SCAN);

    private final Policies policies;
    private final Mounts mounts;

    /** Asks {@code policies} about paths in {@code mounts}. */
    public ExplainEndpoints(Policies policies, Mounts mounts) {
        this.policies = policies;
        this.mounts = mounts;
    }

    /** Patterns relative to {@code sys/}. */
    public List<Endpoint> endpoints() {
        return List.of(Endpoint.at(
                        "policies/explain", "Tells which rule allows or denies what the token that asks would do.")
                .field("paths", Field.strings("One or more paths."))
                .field("path", Field.strings("The same."))
                .field(
                        "operation",
                        Field.strings("create, read, update, patch, delete, list or scan; read when absent."))
                .field("parameters", Field.map("What would be sent."))
                .field("wrap_ttl", Field.duration("For how long the answer would be wrapped; zero for not at all."))
                .on(Operation.UPDATE, this::explain)
                .build());
    }

    private Response explain(Exchange exchange) {
        List<String> paths = new ArrayList<>(exchange.fields().strings("paths"));
        paths.addAll(exchange.fields().strings("path"));
        List<Operation> operations = operations(exchange.fields().strings("operation"));
        if (paths.isEmpty() || paths.size() * operations.size() > MOST_PATHS) {
            throw Fault.badRequest("field 'paths': between 1 and " + MOST_PATHS + " paths, counted for each operation");
        }
        Rights rights = exchange.caller().rights();
        List<Object> results = new ArrayList<>();
        for (String path : paths) {
            for (Operation operation : operations) {
                results.add(result(rights, asked(exchange, path, operation)));
            }
        }
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("results", results);
        data.put("token_policies", sorted(rights.policies()));
        data.put("identity_policies", sorted(rights.identity().policies()));
        data.put(
                "missing_policies",
                sorted(rights.all()).stream()
                        .filter(name -> !policies.exists(name))
                        .toList());
        return Response.of(data);
    }

    private static Request asked(Exchange exchange, String path, Operation operation) {
        Duration wrap = exchange.fields().duration("wrap_ttl");
        Request own = exchange.request();
        return new Request(
                own.id(),
                own.namespace(),
                operation,
                new ApiPath(path.startsWith("/") ? path.substring(1) : path),
                exchange.fields().map("parameters"),
                Optional.empty(),
                wrap.isZero() ? Optional.empty() : Optional.of(wrap),
                own.peer());
    }

    private Map<String, Object> result(Rights rights, Request request) {
        Access access = access(request);
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("path", request.path().value());
        shown.put("operation", request.operation().word());
        if (access == Access.PUBLIC) {
            shown.put("allowed", true);
            shown.put("reason", "this path needs no token");
            return shown;
        }
        Explanation why = policies.explain(rights, request, access == Access.SUDO);
        shown.put("allowed", why.allowed());
        shown.put("reason", why.reason());
        shown.put("rule", why.rule().map(ExplainEndpoints::shown).orElse(null));
        shown.put(
                "outranked_rules",
                why.outranked().stream().map(ExplainEndpoints::shown).toList());
        shown.put(
                "unfilled_templates",
                why.unfilled().stream().map(ExplainEndpoints::shown).toList());
        shown.put("hints", why.allowed() ? List.of() : hints(rights, request));
        return shown;
    }

    /** What the path demands, where the token may know that. */
    private Access access(Request request) {
        ApiPath path = request.operation().lists() ? request.path().asFolder() : request.path();
        Optional<Mounted> mounted = mounts.at(path);
        return mounted.filter(
                        there -> path.value().length() >= there.entry().path().length())
                .flatMap(
                        there -> there.endpoints().find(path.below(there.entry().path()), request.operation()))
                .map(Match::endpoint)
                .map(Endpoint::access)
                .orElse(Access.TOKEN);
    }

    private List<String> hints(Rights rights, Request request) {
        return mounts.at(request.path())
                .map(Mounted::entry)
                .filter(entry -> policies.reaches(rights, entry.path()))
                .filter(entry -> entry.type().equals("kv")
                        && entry.options().getOrDefault("version", "").equals("2"))
                .map(entry -> new VersionedPath(entry.path(), request.path().value())
                        .hints(other -> policies.explain(rights, request.at(new ApiPath(other)), false)
                                .allowed()))
                .orElse(List.of());
    }

    private static List<Operation> operations(List<String> words) {
        if (words.isEmpty()) {
            return List.of(Operation.READ);
        }
        return words.stream().map(ExplainEndpoints::operation).distinct().toList();
    }

    private static Operation operation(String word) {
        String known = word.toLowerCase(Locale.ROOT);
        return OPERATIONS.stream()
                .filter(each -> each.word().equals(known.equals("write") ? "update" : known))
                .findFirst()
                .orElseThrow(() -> Fault.badRequest("field 'operation': one of "
                        + OPERATIONS.stream().map(Operation::word).toList() + ", not \"" + word + "\""));
    }

    private static Map<String, Object> shown(Rule rule) {
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("pattern", rule.pattern());
        shown.put("capabilities", rule.capabilities());
        shown.put(
                "stanzas", rule.stanzas().stream().map(ExplainEndpoints::shown).toList());
        return shown;
    }

    private static Map<String, Object> shown(Stanza stanza) {
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("policy", stanza.policy());
        shown.put("line", stanza.line() == 0 ? null : stanza.line());
        shown.put("path", stanza.path());
        shown.put("capabilities", stanza.capabilities());
        return shown;
    }

    private static Map<String, Object> shown(Explanation.Unfilled unfilled) {
        Map<String, Object> shown = new LinkedHashMap<>(shown(unfilled.stanza()));
        shown.put("reason", unfilled.why());
        return shown;
    }

    private static List<String> sorted(java.util.Set<String> names) {
        return names.stream().sorted().toList();
    }
}
