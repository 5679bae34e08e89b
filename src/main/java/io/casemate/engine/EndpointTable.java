package io.casemate.engine;

import io.casemate.engine.Endpoint.Body;
import io.casemate.engine.Endpoint.Exchange;
import io.casemate.engine.Endpoint.Handler;
import io.casemate.kernel.ApiPath;
import io.casemate.kernel.Caller;
import io.casemate.kernel.Excerpt;
import io.casemate.kernel.Fault;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Request;
import io.casemate.kernel.Response;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Finds the endpoint of a path, coerces its fields and calls its handler. Literal segments win over parameters, and
 * parameters over a rest.
 */
public final class EndpointTable {
    /** How many parameters that nothing declares are named, and how many characters of each: strangers send them, too. */
    private static final int MOST_NAMED = 10;

    private static final int LONGEST_NAMED = 64;

    private final List<Compiled> endpoints;

    /** Compiles the endpoints once; their order does not matter. */
    public EndpointTable(List<Endpoint> endpoints) {
        this.endpoints = endpoints.stream()
                .map(endpoint -> new Compiled(endpoint, Pattern.of(endpoint.pattern())))
                .sorted(Comparator.comparing((Compiled each) -> each.pattern().weight()))
                .toList();
    }

    /** All endpoints, for documentation. */
    public List<Endpoint> endpoints() {
        return endpoints.stream().map(Compiled::endpoint).toList();
    }

    /** The help of a whole mount of that type. */
    public Response help(String type) {
        return Response.plain(Help.of(type, endpoints()));
    }

    /**
     * The endpoint at {@code path} (relative to the mount), or empty when there is none. What {@code operation} asks for only
     * decides whether a slash at the end counts, which it does for all but lists and scans.
     */
    public Optional<Match> find(ApiPath path, Operation operation) {
        boolean folder = operation.lists();
        for (Compiled each : endpoints) {
            Optional<Map<String, String>> captured = each.pattern().match(path.value(), folder);
            if (captured.isPresent()) {
                return Optional.of(new Match(each.endpoint(), captured.get()));
            }
        }
        return Optional.empty();
    }

    private record Compiled(Endpoint endpoint, Pattern pattern) {}

    /** An endpoint and what its pattern caught from the path. */
    public record Match(Endpoint endpoint, Map<String, String> captured) {
        /**
         * Create, update or as it was: what the policies are asked about. Runs the endpoint's existence check, so it is
         * called with an authenticated caller only.
         */
        public Operation settle(Request request, Caller caller) {
            boolean write = request.operation() == Operation.UPDATE || request.operation() == Operation.CREATE;
            if (!write || endpoint.exists().isEmpty()) {
                return write ? Operation.UPDATE : request.operation();
            }
            boolean there = endpoint.exists().get().check(exchange(request, caller, new ArrayList<>()));
            return there ? Operation.UPDATE : Operation.CREATE;
        }

        /** Coerces and calls the handler; warns of members that nothing declares. */
        public Response dispatch(Request request, Caller caller) {
            if (request.operation() == Operation.HELP) {
                return Response.plain(Help.of(endpoint));
            }
            List<String> unknown = new ArrayList<>();
            Response response = handler(request.operation()).handle(exchange(request, caller, unknown));
            return unknown.isEmpty() || endpoint.body() != Body.DECLARED
                    ? response
                    : response.warning("Endpoint ignored these unrecognized parameters: " + named(unknown));
        }

        private static String named(List<String> unknown) {
            String names = new TreeSet<>(unknown)
                    .stream()
                            .limit(MOST_NAMED)
                            .map(name -> Excerpt.of(name, LONGEST_NAMED))
                            .toList()
                            .toString();
            int more = unknown.size() - MOST_NAMED;
            return more > 0 ? names + " and " + more + " more" : names;
        }

        private Handler handler(Operation operation) {
            Handler exact = endpoint.handlers().get(operation);
            Handler handler = exact == null && operation == Operation.CREATE
                    ? endpoint.handlers().get(Operation.UPDATE)
                    : exact;
            if (handler == null) {
                throw new Fault.UnsupportedOperation().asException();
            }
            return handler;
        }

        private Exchange exchange(Request request, Caller caller, List<String> unknown) {
            Map<String, Field> declared = new LinkedHashMap<>(endpoint.fields());
            captured.keySet().forEach(name -> declared.putIfAbsent(name, Field.string("Part of the path.")));
            Map<String, Object> values = new LinkedHashMap<>();
            request.data().forEach((name, value) -> {
                Field field = declared.get(name);
                if (field == null) {
                    unknown.add(name);
                } else if (value != null && !captured.containsKey(name)) {
                    values.put(name, Coercion.coerce(name, field.type(), value));
                }
            });
            captured.forEach((name, value) ->
                    values.put(name, Coercion.coerce(name, declared.get(name).type(), value)));
            return new Exchange(request, caller, new Fields(declared, values));
        }
    }
}
