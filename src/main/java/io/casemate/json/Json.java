package io.casemate.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import io.casemate.kernel.Fault;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * JSON text to plain values and back: {@code Map}, {@code List}, {@code String}, {@code Boolean}, {@code null}, and for
 * numbers {@code Long} where it fits, else {@code BigInteger} or {@code BigDecimal}, so that no digit is ever lost.
 *
 * <p>Strict: duplicate members, trailing text, nesting over {@value #MAX_DEPTH} and numbers over 400 digits (also by exponent) are refused.
 */
public final class Json {
    /** Deepest nesting accepted; keeps recursion bounded. */
    public static final int MAX_DEPTH = 100;

    /** Most digits a number may have. */
    private static final int MAX_DIGITS = 400;

    /**
     * Names of members are neither interned nor remembered: clients choose them, so that would keep them in memory after
     * the request, and a body of ever new names would cost fifty times one of known names.
     */
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxNumberLength(MAX_DIGITS)
                    .maxNameLength(4096)
                    .maxStringLength(33_554_432)
                    .build())
            .build();

    private Json() {}

    /**
     * Reads one JSON object.
     *
     * @throws io.casemate.kernel.FaultException {@code BadRequest} naming line and column, never the text itself
     */
    public static Map<String, Object> object(byte[] utf8) {
        try (JsonParser parser = FACTORY.createParser(strictly(utf8))) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw Fault.badRequest("failed to parse JSON input: the body must be a JSON object");
            }
            Map<String, Object> members = readObject(parser);
            if (parser.nextToken() != null) {
                throw Fault.badRequest("failed to parse JSON input: text after the JSON object");
            }
            return members;
        } catch (IOException e) {
            throw malformed(e);
        } catch (NumberFormatException e) {
            throw new Fault.BadRequest(List.of("failed to parse JSON input: a number's exponent is out of range"))
                    .causedBy(e);
        }
    }

    /** The parser's own reader would put U+FFFD for what is not UTF-8, and take UTF-16 and UTF-32 for JSON. */
    private static Reader strictly(byte[] utf8) {
        CharsetDecoder decoder = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        return new InputStreamReader(new ByteArrayInputStream(utf8), decoder);
    }

    /** Writes {@code value}, which is made of the kinds named above, of {@code Enum}s, or of any {@code Number}. */
    public static byte[] bytes(Object value) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(256);
        try (JsonGenerator generator = FACTORY.createGenerator(out)) {
            write(generator, value);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    private static RuntimeException malformed(IOException e) {
        String where = e instanceof com.fasterxml.jackson.core.JacksonException json && json.getLocation() != null
                ? " at line " + json.getLocation().getLineNr() + ", column "
                        + json.getLocation().getColumnNr()
                : "";
        return Fault.badRequest("failed to parse JSON input: not valid JSON" + where);
    }

    private static Map<String, Object> readObject(JsonParser parser) throws IOException {
        Map<String, Object> members = new LinkedHashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            parser.nextToken();
            members.put(name, readValue(parser));
        }
        return members;
    }

    private static List<Object> readArray(JsonParser parser) throws IOException {
        List<Object> items = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            items.add(readValue(parser));
        }
        return items;
    }

    private static Object readValue(JsonParser parser) throws IOException {
        return switch (parser.currentToken()) {
            case START_OBJECT -> readObject(parser);
            case START_ARRAY -> readArray(parser);
            case VALUE_STRING -> parser.getText();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NUMBER_INT ->
                parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER
                        ? parser.getBigIntegerValue()
                        : (Object) parser.getLongValue();
            case VALUE_NUMBER_FLOAT -> bounded(parser.getDecimalValue());
            case null, default -> null;
        };
    }

    /** A few characters can name a number of a billion digits; writing it out would take all memory. */
    private static BigDecimal bounded(BigDecimal number) {
        if (Math.abs((long) number.scale()) > MAX_DIGITS) {
            throw Fault.badRequest("failed to parse JSON input: a number has more than " + MAX_DIGITS + " digits");
        }
        return number;
    }

    private static void write(JsonGenerator generator, Object value) throws IOException {
        switch (value) {
            case null -> generator.writeNull();
            case String text -> generator.writeString(text);
            case Boolean flag -> generator.writeBoolean(flag);
            case Integer number -> generator.writeNumber(number);
            case Long number -> generator.writeNumber(number);
            case BigInteger number -> generator.writeNumber(number);
            case BigDecimal number -> generator.writeNumber(number);
            case Number number -> generator.writeNumber(number.doubleValue());
            case Enum<?> constant -> generator.writeString(constant.name());
            case Map<?, ?> members -> writeObject(generator, members);
            case Iterable<?> items -> writeArray(generator, items);
            default -> throw new IllegalArgumentException("not a JSON kind: " + value.getClass());
        }
    }

    private static void writeObject(JsonGenerator generator, Map<?, ?> members) throws IOException {
        generator.writeStartObject();
        for (Map.Entry<?, ?> member : members.entrySet()) {
            generator.writeFieldName(member.getKey().toString());
            write(generator, member.getValue());
        }
        generator.writeEndObject();
    }

    private static void writeArray(JsonGenerator generator, Iterable<?> items) throws IOException {
        generator.writeStartArray();
        for (Object item : items) {
            write(generator, item);
        }
        generator.writeEndArray();
    }
}
