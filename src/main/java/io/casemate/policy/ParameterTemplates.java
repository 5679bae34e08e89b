package io.casemate.policy;

import io.casemate.kernel.Identity;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Fills the templates in the values that a rule allows or denies, and notes what could not be filled. */
final class ParameterTemplates {
    private final Identity who;
    private String trouble = "";

    ParameterTemplates(Identity who) {
        this.who = who;
    }

    static boolean in(Map<String, List<Object>> values) {
        return values.values().stream().anyMatch(ParameterTemplates::inValue);
    }

    Map<String, List<Object>> fill(Map<String, List<Object>> values) {
        Map<String, List<Object>> filled = new LinkedHashMap<>();
        values.forEach((name, list) -> filled.put(
                name, ParameterValues.rule(name, list.stream().map(this::value).toList())));
        return filled;
    }

    /** Empty when all went well. */
    String trouble() {
        return trouble;
    }

    private static boolean inValue(Object value) {
        return switch (value) {
            case String text -> Template.inValue(text);
            case List<?> list -> list.stream().anyMatch(ParameterTemplates::inValue);
            case Map<?, ?> map -> map.values().stream().anyMatch(ParameterTemplates::inValue);
            default -> false;
        };
    }

    private Object value(Object value) {
        return switch (value) {
            case String text -> text(text);
            case List<?> list -> list.stream().map(this::value).toList();
            case Map<?, ?> map -> {
                Map<Object, Object> filled = new LinkedHashMap<>();
                map.forEach((name, member) -> filled.put(name, value(member)));
                yield filled;
            }
            default -> value;
        };
    }

    private String text(String text) {
        if (!Template.inValue(text)) {
            return text;
        }
        Template.Filled filled = Template.fillValue(text, who);
        trouble = trouble.isEmpty() ? filled.trouble() : trouble;
        return filled.text().orElse(text);
    }
}
