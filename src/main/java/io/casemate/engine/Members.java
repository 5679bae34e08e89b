package io.casemate.engine;

import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The members of a stored JSON record, each as what it is asked as. A member that is missing, or is something else, makes the record
 * garbled: {@code Fault.StorageFailed}, by the record's and the member's name and never by its value.
 */
public final class Members {
    private final String what;
    private final Map<?, ?> members;

    private Members(String what, Map<?, ?> members) {
        this.what = what;
        this.members = members;
    }

    /**
     * Those of a record that {@link JsonRecord#of} made.
     *
     * @param what names the record, such as {@code "the record of group g-1"}
     * @throws FaultException {@code StorageFailed} when it is not one, or a newer one
     */
    public static Members read(String what, byte[] record) {
        try {
            return new Members(what, JsonRecord.read(record));
        } catch (FaultException e) {
            throw e.fault() instanceof Fault.BadRequest
                    ? new Fault.StorageFailed(Fault.StorageProblem.CORRUPT, what + " is not one").causedBy(e)
                    : e;
        }
    }

    /** Those of a part of a record, or of one that is about to be stored. */
    public static Members of(String what, Map<?, ?> members) {
        return new Members(what, members);
    }

    /** Whether there is such a member, and not null. */
    public boolean has(String name) {
        return any(name) != null;
    }

    /** As it is, for what has no one type; {@code null} when it is not there. */
    public Object any(String name) {
        return members.get(name);
    }

    /** Text. */
    public String text(String name) {
        return as(String.class, name);
    }

    /** The same; empty for null and for nothing. */
    public Optional<String> textIfAny(String name) {
        return has(name) ? Optional.of(text(name)) : Optional.empty();
    }

    /** A switch. */
    public boolean flag(String name) {
        return as(Boolean.class, name);
    }

    /** A whole number. */
    public long number(String name) {
        return as(Long.class, name);
    }

    /** A whole number of 32 bits. */
    public int count(String name) {
        long number = number(name);
        if ((int) number != number) {
            throw wrong(name).asException();
        }
        return (int) number;
    }

    /** A duration, in seconds. */
    public Duration seconds(String name) {
        return Duration.ofSeconds(number(name));
    }

    /** A moment, in seconds since 1970. */
    public Instant time(String name) {
        try {
            return Instant.ofEpochSecond(number(name));
        } catch (DateTimeException e) {
            throw wrong(name).causedBy(e);
        }
    }

    /** The same; empty for null and for nothing. */
    public Optional<Instant> timeIfAny(String name) {
        return has(name) ? Optional.of(time(name)) : Optional.empty();
    }

    /** A moment, as ISO 8601 text. */
    public Instant instant(String name) {
        try {
            return Instant.parse(text(name));
        } catch (DateTimeException e) {
            throw wrong(name).causedBy(e);
        }
    }

    /** A list of text. */
    public List<String> strings(String name) {
        return list(name).stream().map(each -> cast(String.class, name, each)).toList();
    }

    /** Text by name, in order. */
    public Map<String, String> texts(String name) {
        Map<String, String> texts = new LinkedHashMap<>();
        map(name).forEach((key, value) -> texts.put(key, cast(String.class, name, value)));
        return texts;
    }

    /** Anything by name, in order. */
    public Map<String, Object> map(String name) {
        return part(name).all();
    }

    /** All of them as they are, in order. */
    public Map<String, Object> all() {
        Map<String, Object> all = new LinkedHashMap<>();
        members.forEach((name, value) -> all.put((String) name, value));
        return all;
    }

    /** The members of a member. */
    public Members part(String name) {
        return part(name, any(name));
    }

    /** The same; empty for null and for nothing. */
    public Optional<Members> partIfAny(String name) {
        return has(name) ? Optional.of(part(name, any(name))) : Optional.empty();
    }

    /** The members of each of a list. */
    public List<Members> parts(String name) {
        return list(name).stream().map(each -> part(name, each)).toList();
    }

    private Members part(String name, Object value) {
        if (value instanceof Map<?, ?> inner) {
            return new Members(what, inner);
        }
        throw wrong(name).asException();
    }

    private List<?> list(String name) {
        if (any(name) instanceof List<?> list) {
            return list;
        }
        throw wrong(name).asException();
    }

    private <T> T as(Class<T> type, String name) {
        return cast(type, name, any(name));
    }

    private <T> T cast(Class<T> type, String name, Object value) {
        if (!type.isInstance(value)) {
            throw wrong(name).asException();
        }
        return type.cast(value);
    }

    private Fault wrong(String name) {
        return new Fault.StorageFailed(
                Fault.StorageProblem.CORRUPT, what + " is garbled: '" + name + "' is missing or of another type");
    }
}
