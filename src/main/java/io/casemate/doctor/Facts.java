package io.casemate.doctor;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a server says of itself, as plain values; the members are written down in docs/doctor.md. Holds no secret. */
public final class Facts {
    private final Map<String, Object> members;

    /** As {@code sys/doctor} shows them, or as the server collected them. */
    public Facts(Map<String, Object> members) {
        this.members = Collections.unmodifiableMap(new LinkedHashMap<>(members));
    }

    /** To be sent. */
    public Map<String, Object> members() {
        return members;
    }

    String text(String name) {
        return value(name, String.class);
    }

    boolean flag(String name) {
        return value(name, Boolean.class);
    }

    long number(String name) {
        return value(name, Number.class).longValue();
    }

    List<String> texts(String name) {
        return list(name).stream().map(String.class::cast).toList();
    }

    /** A list of objects. */
    List<Facts> each(String name) {
        return list(name).stream().map(Facts::part).toList();
    }

    Optional<Object> find(String name) {
        return Optional.ofNullable(members.get(name));
    }

    private List<?> list(String name) {
        return value(name, List.class);
    }

    @SuppressWarnings("unchecked")
    private static Facts part(Object value) {
        return new Facts((Map<String, Object>) value);
    }

    private <T> T value(String name, Class<T> type) {
        Object value = members.get(name);
        if (value == null) {
            throw new UnreadableException("the server does not tell its " + name.replace('_', ' '));
        }
        return type.cast(value);
    }

    @Override
    public String toString() {
        return "Facts" + members.keySet();
    }
}
