package io.casemate.policy;

import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;

/** What a policy's text says, before it means anything. HCL and JSON both become this. */
sealed interface Node {
    SourcePosition at();

    record Text(SourcePosition at, String value) implements Node {}

    record Decimal(SourcePosition at, BigDecimal value) implements Node {}

    record Flag(SourcePosition at, boolean value) implements Node {}

    record Items(SourcePosition at, List<Node> items) implements Node {}

    /** An object or a block: members in order, names as often as they were written. */
    record Members(SourcePosition at, List<Member> members) implements Node {}

    /** {@code key = value}, {@code key {...}} or {@code key "label" {...}}. */
    record Member(SourcePosition at, String key, Optional<String> label, Node value) {}

    /** How an error calls this kind of thing. */
    default String kind() {
        return switch (this) {
            case Text _ -> "a string";
            case Decimal _ -> "a number";
            case Flag _ -> "true or false";
            case Items _ -> "a list";
            case Members _ -> "an object";
        };
    }
}
