package io.casemate.audit;

import io.casemate.crypto.HmacSha256;
import io.casemate.kernel.SecretBytes;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Collection;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** Writes values so that no string of theirs can be read, but the same string always looks the same. */
final class Values {
    private static final Set<String> LISTED = Set.of("keys", "key_info");

    private static final String PREFIX = "hmac-sha256:";

    private final HmacSha256 salt;
    private final AuditOptions options;

    Values(HmacSha256 salt, AuditOptions options) {
        this.salt = salt;
        this.options = options;
    }

    String hash(String clear) {
        return PREFIX + HexFormat.of().formatHex(salt.of(clear));
    }

    /** A secret is hashed whatever the options: nobody who reads a log needs a live token. */
    String hash(SecretBytes secret) {
        return PREFIX + HexFormat.of().formatHex(salt.of(secret));
    }

    void bytes(EntryWriter out, byte[] bytes) {
        out.hash(salt.of(bytes));
    }

    /** An accessor as the options want it; empty stays empty. */
    String accessor(String accessor) {
        boolean clear = options.logRaw() || !options.hmacAccessor() || accessor.isEmpty();
        return clear ? accessor : hash(accessor);
    }

    /** An object whose strings are hashed, but for the members named in {@code plain}. */
    void object(EntryWriter out, Map<?, ?> members, Set<String> plain) {
        out.begin();
        members.forEach((key, value) -> {
            String name = key.toString();
            value(out.name(name), value, options.logRaw() || plain.contains(name));
        });
        out.end();
    }

    /**
     * Member {@code data}; or, when that would have more than {@code most} bytes, member {@code data_elided}: how many values
     * there are, and one hash of them all.
     */
    void data(EntryWriter out, Map<?, ?> members, Set<String> plain, int most) {
        if (!out.within(most, () -> object(out.name("data"), members, plain))) {
            HmacSha256.Pieces code = salt.pieces();
            EntryWriter whole = new EntryWriter(code::update);
            value(whole, members, true);
            whole.drained();
            out.begin("data_elided").name("values").number(size(members));
            out.name("hmac").hash(code.code());
            out.end();
        }
    }

    /** Values at any depth that hold no others. */
    private static long size(Object value) {
        return switch (value) {
            case Map<?, ?> members ->
                members.values().stream().mapToLong(Values::size).sum();
            case Collection<?> items -> items.stream().mapToLong(Values::size).sum();
            case null, default -> 1;
        };
    }

    /** A list's answer with numbers in place of names. */
    static Map<String, Object> counted(Map<String, Object> data) {
        Map<String, Object> counted = new LinkedHashMap<>(data);
        counted.replaceAll((name, value) -> LISTED.contains(name) ? count(value) : value);
        return counted;
    }

    private static Object count(Object value) {
        return switch (value) {
            case Collection<?> items -> (long) items.size();
            case Map<?, ?> members -> (long) members.size();
            case null, default -> value;
        };
    }

    private void value(EntryWriter out, Object value, boolean clear) {
        switch (value) {
            case null -> out.literal("null");
            case String text -> string(out, text, clear);
            case Boolean flag -> out.literal(flag.toString());
            case Long number -> out.number(number);
            case Integer number -> out.number(number);
            case BigDecimal number -> out.literal(number.toString());
            case BigInteger number -> out.literal(number.toString());
            case SecretBytes secret -> out.hash(salt.of(secret));
            case byte[] bytes -> bytes(out, bytes);
            case Map<?, ?> members -> {
                out.begin();
                members.forEach((key, inner) -> value(out.name(key.toString()), inner, clear));
                out.end();
            }
            case Iterable<?> items -> {
                out.beginList();
                items.forEach(item -> value(out, item, clear));
                out.endList();
            }
            default -> string(out, value.toString(), clear);
        }
    }

    private void string(EntryWriter out, String text, boolean clear) {
        if (clear) {
            out.text(text);
        } else {
            out.hash(salt.of(text));
        }
    }
}
