package io.casemate.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.kernel.ApiPath;
import io.casemate.kernel.Caller;
import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Request;
import io.casemate.kernel.Requests;
import io.casemate.kernel.Response;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EndpointTableTest {
    private static final EndpointTable TABLE = new EndpointTable(List.of(
            echo("mounts/{path...}"),
            echo("mounts/{path...}/tune"),
            echo("mounts"),
            echo("roles/{name}"),
            echo("roles/default"),
            echo("data/{path...}")));

    private static Endpoint echo(String pattern) {
        return Endpoint.at(pattern, "Says where it is.")
                .field("ttl", Field.duration("A duration."))
                .field("count", Field.integer(7, "A number."))
                .field("on", Field.flag(true, "A switch."))
                .field("names", Field.strings("Names."))
                .field("pairs", Field.stringMap("Pairs."))
                .on(Operation.UPDATE, exchange -> {
                    Map<String, Object> seen = new LinkedHashMap<>();
                    seen.put("at", pattern);
                    seen.put("ttl", exchange.fields().duration("ttl"));
                    seen.put("count", exchange.fields().integer("count"));
                    seen.put("on", exchange.fields().flag("on"));
                    seen.put("names", exchange.fields().strings("names"));
                    seen.put("pairs", exchange.fields().stringMap("pairs"));
                    return Response.of(seen);
                })
                .build();
    }

    @ParameterizedTest
    @CsvSource({
        "mounts,mounts,''",
        "mounts/a,mounts/{path...},a",
        "mounts/a/b/,mounts/{path...},a/b/",
        "mounts/a/tune,mounts/{path...}/tune,a",
        "mounts/a/b/tune,mounts/{path...}/tune,a/b",
        "mounts/tune,mounts/{path...},tune",
        "roles/x,roles/{name},x",
        "roles/default,roles/default,''",
        "data/a/b/c,data/{path...},a/b/c"
    })
    void findsTheMostSpecificPattern(String path, String pattern, String caught) {
        EndpointTable.Match match =
                TABLE.find(new ApiPath(path), Operation.UPDATE).orElseThrow();
        assertEquals(pattern, match.endpoint().pattern());
        assertEquals(caught, match.captured().values().stream().findFirst().orElse(""));
    }

    @ParameterizedTest
    @CsvSource({"nowhere", "roles", "roles/", "roles/a/b", "data", "mount"})
    void saysWhenThereIsNone(String path) {
        assertTrue(TABLE.find(new ApiPath(path), Operation.UPDATE).isEmpty());
        assertTrue(TABLE.find(new ApiPath(path), Operation.LIST).isEmpty());
    }

    /** Policies take {@code x/} for another path than {@code x}, so a rule on one must not be passed by asking for the other. */
    @ParameterizedTest
    @CsvSource({
        "mounts/,mounts",
        "roles/x/,roles/{name}",
        "roles/default/,roles/default",
        "mounts/a/tune/,mounts/{path...}/tune"
    })
    void aSlashAtTheEndMakesAnotherPathButForLists(String path, String pattern) {
        String listed = TABLE.find(new ApiPath(path), Operation.LIST)
                .orElseThrow()
                .endpoint()
                .pattern();
        assertEquals(pattern, listed);
        for (Operation each : Operation.values()) {
            boolean reaches = TABLE.find(new ApiPath(path), each)
                    .filter(match -> match.endpoint().pattern().equals(pattern))
                    .isPresent();
            assertEquals(each.lists(), reaches, each + " " + path);
        }
    }

    @Test
    void takesEveryFormThatClientsSend() {
        Map<String, Object> sent = Map.of(
                "ttl", "1h30m", "count", "42", "on", "false", "names", "a, b,,c", "pairs", List.of("k=v", "x=y=z"));
        Map<String, Object> expected = Map.of(
                "at",
                "roles/{name}",
                "ttl",
                Duration.ofMinutes(90),
                "count",
                42L,
                "on",
                false,
                "names",
                List.of("a", "b", "c"),
                "pairs",
                Map.of("k", "v", "x", "y=z"));
        assertEquals(expected, answer("roles/x", sent));
    }

    @Test
    void fallsBackWhenNothingOrNullIsSent() {
        Map<String, Object> sent = new LinkedHashMap<>();
        sent.put("count", null);
        assertEquals(7L, answer("roles/x", sent).get("count"));
        assertEquals(true, answer("roles/x", sent).get("on"));
    }

    @Test
    void namesTheFieldThatIsWrong() {
        for (Map<String, Object> sent : List.<Map<String, Object>>of(
                Map.of("ttl", true),
                Map.of("count", "x"),
                Map.of("count", new BigDecimal("1.5")),
                Map.of("on", "maybe"),
                Map.of("on", List.of()),
                Map.of("names", Map.of()),
                Map.of("pairs", "novalue"),
                Map.of("names", List.of(List.of())))) {
            FaultException refused = assertThrows(FaultException.class, () -> answer("roles/x", sent));
            Fault.BadRequest fault = assertInstanceOf(Fault.BadRequest.class, refused.fault());
            assertEquals(
                    true,
                    fault.details().getFirst().contains(sent.keySet().iterator().next()));
        }
    }

    @Test
    void warnsOfWhatNothingDeclares() {
        Response response = dispatch("roles/x", Operation.UPDATE, Map.of("nmaes", "a", "name", "y"));
        assertEquals(List.of("Endpoint ignored these unrecognized parameters: [nmaes]"), response.warnings());
    }

    @Test
    void namesOnlySomeOfManyThatNothingDeclares() {
        Map<String, Object> sent = new LinkedHashMap<>();
        for (int i = 0; i < 1000; i++) {
            sent.put(String.format("%04d", i) + "x".repeat(4000), "a");
        }
        String warning = dispatch("roles/x", Operation.UPDATE, sent).warnings().getFirst();
        assertTrue(warning.endsWith("(4004 characters)] and 990 more"), warning);
        assertTrue(warning.length() < 1000, warning);
    }

    @Test
    void refusesVerbsThatNobodyAnswers() {
        FaultException refused =
                assertThrows(FaultException.class, () -> dispatch("roles/x", Operation.DELETE, Map.of()));
        assertInstanceOf(Fault.UnsupportedOperation.class, refused.fault());
    }

    private static Map<String, Object> answer(String path, Map<String, Object> sent) {
        return ((Response.Content.Data) dispatch(path, Operation.UPDATE, sent).content()).data();
    }

    private static Response dispatch(String path, Operation operation, Map<String, Object> sent) {
        Request request = Requests.of(operation, path, sent);
        return TABLE.find(request.path(), request.operation()).orElseThrow().dispatch(request, Caller.anonymous());
    }
}
