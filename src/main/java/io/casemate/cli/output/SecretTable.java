package io.casemate.cli.output;

import io.casemate.cli.http.Values;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/** The rows in which a table shows the API's envelope: lease, token, wrapping, then the data by name. */
public final class SecretTable {
    private SecretTable() {}

    /** The rows of an answer's envelope. */
    public static Table of(Map<String, Object> envelope) {
        Table table = Table.of("Key", "Value");
        wrapping(table, Values.map(envelope.get("wrap_info")));
        lease(table, envelope);
        token(table, Values.map(envelope.get("auth")));
        data(table, Values.map(envelope.get("data")));
        return table;
    }

    /** Adds every member, by name; what is a time in seconds is shown as {@code 1h30m}. */
    public static Table data(Table table, Map<String, Object> members) {
        new TreeMap<>(members).forEach((name, value) -> table.row(name, shown(name, value)));
        return table;
    }

    /** {@code value} as a member of this name is shown. */
    public static Object shown(String name, Object value) {
        return isDuration(name) ? duration(value) : value;
    }

    private static void lease(Table table, Map<String, Object> envelope) {
        long seconds = Values.number(envelope, "lease_duration");
        if (!Values.text(envelope, "lease_id").isEmpty()) {
            table.row("lease_id", envelope.get("lease_id"));
            table.row("lease_duration", duration(seconds));
            table.row("lease_renewable", Values.bool(envelope, "renewable"));
        } else if (seconds > 0) {
            table.row("refresh_interval", duration(seconds));
        }
    }

    private static void token(Table table, Map<String, Object> auth) {
        if (auth.isEmpty()) {
            return;
        }
        table.row("token", auth.get("client_token"));
        table.row("token_accessor", auth.get("accessor"));
        table.row("token_duration", lifetime(Values.number(auth, "lease_duration")));
        table.row("token_renewable", Values.bool(auth, "renewable"));
        table.row("token_policies", quoted(auth.get("token_policies")));
        table.row("identity_policies", quoted(auth.get("identity_policies")));
        table.row("policies", quoted(auth.get("policies")));
        new TreeMap<>(Values.map(auth.get("metadata")))
                .forEach((name, value) -> table.row("token_meta_" + name, value));
    }

    private static void wrapping(Table table, Map<String, Object> wrap) {
        if (wrap.isEmpty()) {
            return;
        }
        table.row("wrapping_token:", wrap.get("token"));
        table.row("wrapping_accessor:", wrap.get("accessor"));
        table.row("wrapping_token_ttl:", duration(wrap.get("ttl")));
        table.row("wrapping_token_creation_time:", wrap.get("creation_time"));
        table.row("wrapping_token_creation_path:", wrap.get("creation_path"));
        table.optional("wrapped_accessor:", Values.text(wrap, "wrapped_accessor"));
    }

    private static String lifetime(long seconds) {
        return seconds == 0 ? "\u221e" : duration(seconds).toString();
    }

    /** Policies as Go's {@code %q} shows a list: {@code ["default" "root"]}. */
    private static String quoted(Object policies) {
        StringBuilder out = new StringBuilder("[");
        for (String policy : Values.texts(policies)) {
            out.append(out.length() > 1 ? " " : "").append('"').append(policy).append('"');
        }
        return out.append(']').toString();
    }

    private static boolean isDuration(String name) {
        return switch (name) {
            case "period", "ttl", "duration", "lease_max", "ttl_max" -> true;
            default -> name.endsWith("_ttl") || name.endsWith("_period") || name.endsWith("_duration");
        };
    }

    /** A whole number of seconds as {@code 768h}, {@code 1h30m}, {@code 5s}; anything else unchanged. */
    static Object duration(Object value) {
        if (!(value instanceof Long seconds) || seconds < 0) {
            return value;
        }
        Duration time = Duration.ofSeconds(seconds);
        String text = part(time.toHours(), "h") + part(time.toMinutesPart(), "m") + part(time.toSecondsPart(), "s");
        return text.isEmpty() ? "0s" : text;
    }

    private static String part(long amount, String unit) {
        return amount == 0 ? "" : amount + unit;
    }
}
