package io.casemate.engine;

import io.casemate.kernel.FaultException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The fields of one request, already coerced to their declared types. Asking for a field that the endpoint did not
 * declare, or as another type, is a bug and throws {@code IllegalArgumentException} or {@code ClassCastException}.
 */
public final class Fields {
    private final Map<String, Field> declared;
    private final Map<String, Object> sent;

    Fields(Map<String, Field> declared, Map<String, Object> sent) {
        this.declared = declared;
        this.sent = sent;
    }

    /**
     * What a STRING field would hold of {@code data}, for whoever asks before an endpoint does. Empty text when nothing was
     * sent, and for what the endpoint will refuse.
     */
    public static String text(Map<String, Object> data, String name) {
        Object sent = data.get(name);
        try {
            return sent == null ? "" : (String) Coercion.coerce(name, Field.Type.STRING, sent);
        } catch (FaultException notText) {
            return "";
        }
    }

    /** Whether the client sent it, and not as JSON null. */
    public boolean has(String name) {
        declaration(name);
        return sent.containsKey(name);
    }

    /** A STRING field. */
    public String string(String name) {
        return (String) value(name);
    }

    /** A STRING field, if it was sent. */
    public Optional<String> optionalString(String name) {
        return has(name) ? Optional.of(string(name)) : Optional.empty();
    }

    /** An INTEGER field. */
    public long integer(String name) {
        return (Long) value(name);
    }

    /** A BOOLEAN field. */
    public boolean flag(String name) {
        return (Boolean) value(name);
    }

    /** A DURATION field. */
    public Duration duration(String name) {
        return (Duration) value(name);
    }

    /** A STRINGS field. */
    @SuppressWarnings("unchecked")
    public List<String> strings(String name) {
        return (List<String>) value(name);
    }

    /** A STRING_MAP field. */
    @SuppressWarnings("unchecked")
    public Map<String, String> stringMap(String name) {
        return (Map<String, String>) value(name);
    }

    /** A MAP field. */
    @SuppressWarnings("unchecked")
    public Map<String, Object> map(String name) {
        return (Map<String, Object>) value(name);
    }

    /** An ANY field; may be {@code null}. */
    public Object any(String name) {
        return value(name);
    }

    private Object value(String name) {
        Field field = declaration(name);
        return sent.getOrDefault(name, field.fallback());
    }

    private Field declaration(String name) {
        Field field = declared.get(name);
        if (field == null) {
            throw new IllegalArgumentException("endpoint does not declare the field " + name);
        }
        return field;
    }
}
