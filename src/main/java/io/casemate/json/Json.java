package io.casemate.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import io.casemate.kernel.Fault;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;

/**
 * JSON text to plain values and back: {@code Map}, {@code List}, {@code String}, {@code Boolean}, {@code null}, and for
 * numbers {@code Long} where it fits, else {@code BigInteger} or {@code BigDecimal}, so that no digit is ever lost.
 *
 * <p>Strict: duplicate members, trailing text, nesting over {@value #MAX_DEPTH} and numbers over 400 digits (also by exponent) are
 * refused; for texts of others the number of values is bounded too, see {@link JsonLimits}.
 */
public final class Json {
    /** Deepest nesting accepted; keeps recursion bounded. */
    public static final int MAX_DEPTH = 100;

    /** Longest string of a request, in characters: room for a long list of revoked certificates. Vault takes 1 MiB. */
    public static final int MAX_TEXT = 8 << 20;

    /** Most digits a number may have. */
    static final int MAX_DIGITS = 400;

    /** Stands in a decoded text for what was not UTF-8, or for itself. */
    private static final char REPLACEMENT = '\uFFFD';

    private static final int MAX_NAME = 4096;
    private static final int MAX_OWN_TEXT = 32 << 20;
    private static final String SIZES = "nesting over " + MAX_DEPTH + ", a name over " + MAX_NAME
            + " characters, a string over " + MAX_TEXT + " or a number over " + MAX_DIGITS + " digits";

    /**
     * Names of members are neither interned nor remembered: clients choose them, so that would keep them in memory after
     * the request, and a body of ever new names would cost fifty times one of known names.
     */
    private static final JsonFactory FACTORY = factory(MAX_OWN_TEXT);

    private static final JsonFactory FOREIGN = factory(MAX_TEXT);

    private Json() {}

    private static JsonFactory factory(int longestText) {
        return JsonFactory.builder()
                .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(MAX_DEPTH)
                        .maxNumberLength(MAX_DIGITS)
                        .maxNameLength(MAX_NAME)
                        .maxStringLength(longestText)
                        .build())
                .build();
    }

    /**
     * Reads one JSON object that is ours: a record that we wrote, an answer that we asked for. Any number of values.
     *
     * @throws io.casemate.kernel.FaultException {@code BadRequest} naming line and column, never the text itself
     */
    public static Map<String, Object> object(byte[] utf8) {
        String text = new String(utf8, StandardCharsets.UTF_8);
        boolean doubtful = text.indexOf(REPLACEMENT) >= 0;
        return object(
                FACTORY,
                doubtful ? strictly(new ByteArrayInputStream(utf8)) : new StringReader(text),
                new ValueBudget(JsonLimits.NONE, _ -> {}));
    }

    /** Reads one JSON object that somebody else made, within limits. Throws as {@link #object(byte[])} does. */
    public static Map<String, Object> object(byte[] utf8, JsonLimits limits) {
        return object(new ByteArrayInputStream(utf8), limits, _ -> {});
    }

    /**
     * The same from a stream.
     *
     * @param room is told of the bytes of memory that the values become beyond the text's own, some thousand at a time and
     *     before they are used; throws when there are none
     */
    public static Map<String, Object> object(InputStream utf8, JsonLimits limits, LongConsumer room) {
        return object(FOREIGN, strictly(utf8), new ValueBudget(limits, room));
    }

    private static Map<String, Object> object(JsonFactory factory, Reader text, ValueBudget budget) {
        try (JsonParser parser = factory.createParser(text)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw Fault.badRequest("failed to parse JSON input: the body must be a JSON object");
            }
            Map<String, Object> members = new ValueReader(parser, budget).object();
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
    private static Reader strictly(InputStream utf8) {
        CharsetDecoder decoder = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        return new InputStreamReader(utf8, decoder);
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
        return Fault.badRequest("failed to parse JSON input: "
                + (e instanceof StreamConstraintsException ? SIZES : "not valid JSON") + where);
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
