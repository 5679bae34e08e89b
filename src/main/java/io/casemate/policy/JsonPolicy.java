package io.casemate.policy;

import io.casemate.json.Json;
import io.casemate.json.JsonLimits;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The JSON form of a policy as nodes; the same members, without labels and without positions. */
final class JsonPolicy {
    private JsonPolicy() {}

    static Node.Members parse(String source) {
        return members(Json.object(source.getBytes(StandardCharsets.UTF_8), JsonLimits.REQUEST), 1);
    }

    private static Node.Members members(Map<?, ?> object, int depth) {
        List<Node.Member> members = new ArrayList<>();
        object.forEach((key, value) -> members.add(
                new Node.Member(SourcePosition.UNKNOWN, key.toString(), Optional.empty(), node(value, depth + 1))));
        return new Node.Members(SourcePosition.UNKNOWN, members);
    }

    private static Node node(Object value, int depth) {
        if (depth > PolicyParser.MAX_DEPTH) {
            throw SourcePosition.UNKNOWN.refuse("nested deeper than " + PolicyParser.MAX_DEPTH + " levels");
        }
        return switch (value) {
            case String text -> new Node.Text(SourcePosition.UNKNOWN, text);
            case Boolean flag -> new Node.Flag(SourcePosition.UNKNOWN, flag);
            case Long number -> new Node.Decimal(SourcePosition.UNKNOWN, BigDecimal.valueOf(number));
            case BigInteger number -> new Node.Decimal(SourcePosition.UNKNOWN, new BigDecimal(number));
            case BigDecimal number -> new Node.Decimal(SourcePosition.UNKNOWN, number);
            case Map<?, ?> object -> members(object, depth);
            case List<?> items ->
                new Node.Items(
                        SourcePosition.UNKNOWN,
                        items.stream().map(item -> node(item, depth + 1)).toList());
            case null, default -> throw SourcePosition.UNKNOWN.refuse("null has no meaning in a policy");
        };
    }
}
