package io.casemate.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.casemate.kernel.Fault;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Turns a parser's tokens into values, within a budget. */
final class ValueReader {
    private final JsonParser parser;
    private final ValueBudget budget;

    ValueReader(JsonParser parser, ValueBudget budget) {
        this.parser = parser;
        this.budget = budget;
    }

    /** The object whose opening brace was read last. */
    Map<String, Object> object() throws IOException {
        budget.value(ValueBudget.OBJECT);
        Map<String, Object> members = new LinkedHashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            budget.member(members.size() + 1);
            parser.nextToken();
            members.put(name, value());
        }
        return members;
    }

    private List<Object> array() throws IOException {
        budget.value(ValueBudget.ARRAY);
        List<Object> items = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            budget.element(items.size() + 1);
            items.add(value());
        }
        return items;
    }

    private Object value() throws IOException {
        return switch (parser.currentToken()) {
            case START_OBJECT -> object();
            case START_ARRAY -> array();
            case VALUE_STRING -> {
                String text = parser.getText();
                budget.text(text);
                yield text;
            }
            case VALUE_NUMBER_INT -> whole();
            case VALUE_NUMBER_FLOAT -> {
                budget.value(ValueBudget.LONG_NUMBER);
                yield bounded(parser.getDecimalValue());
            }
            case VALUE_TRUE -> constant(true);
            case VALUE_FALSE -> constant(false);
            case null, default -> constant(null);
        };
    }

    private Object constant(Boolean value) {
        budget.value(0);
        return value;
    }

    private Object whole() throws IOException {
        boolean big = parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER;
        budget.value(big ? ValueBudget.LONG_NUMBER : ValueBudget.NUMBER);
        return big ? parser.getBigIntegerValue() : (Object) parser.getLongValue();
    }

    /** A few characters can name a number of a billion digits; writing it out would take all memory. */
    private static BigDecimal bounded(BigDecimal number) {
        if (Math.abs((long) number.scale()) > Json.MAX_DIGITS) {
            throw Fault.badRequest("failed to parse JSON input: a number has more than " + Json.MAX_DIGITS + " digits");
        }
        return number;
    }
}
