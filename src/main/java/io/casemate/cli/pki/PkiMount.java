package io.casemate.cli.pki;

import io.casemate.cli.command.Session;
import io.casemate.cli.http.Answer;
import io.casemate.cli.http.Call;
import io.casemate.cli.http.Values;
import java.io.Serial;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What a health check reads of a mount, each thing once. */
final class PkiMount {
    private static final int PAGE = 10_000;

    private final Session session;
    private final String path;
    private final Map<String, Map<String, Object>> read = new LinkedHashMap<>();

    PkiMount(Session session, String path) {
        this.session = session;
        this.path = Call.trimmed(path);
    }

    /** The token may not look at something. */
    static final class ForbiddenException extends RuntimeException {
        @Serial
        private static final long serialVersionUID = 1;

        private final String path;

        ForbiddenException(String path) {
            super("permission denied: " + path);
            this.path = path;
        }

        String path() {
            return path;
        }
    }

    /** As messages name it. */
    String path(String below) {
        return "/" + path + "/" + below;
    }

    /** The data of a path below the mount; empty when there is none. */
    Map<String, Object> data(String below) {
        return data(Call.get(path + "/" + below));
    }

    /** The mount's own tuning. */
    Map<String, Object> tuning() {
        return data(Call.get("sys/mounts/" + path + "/tune"));
    }

    /** The names below a path. */
    List<String> names(String below) {
        return Values.texts(data(Call.list(path + "/" + below)).get("keys"));
    }

    /** At most so many names. */
    List<String> names(String below, int limit) {
        Call call = Call.get(path + "/" + below).with(Map.of("list", "true", "limit", Integer.toString(limit)));
        return Values.texts(data(call).get("keys"));
    }

    /** How many names there are, counted in pages until there are {@code enough}. */
    long count(String below, long enough) {
        long count = 0;
        String after = "";
        for (boolean more = true; more && count < enough; ) {
            Map<String, String> query = Map.of("list", "true", "limit", Integer.toString(PAGE), "after", after);
            List<String> page = Values.texts(data(Call.get(path + "/" + below).with(new TreeMap<>(query)))
                    .get("keys"));
            count += page.size();
            more = page.size() == PAGE && !page.getLast().equals(after);
            after = page.isEmpty() ? after : page.getLast();
        }
        return count;
    }

    /** Bytes that are not JSON. */
    byte[] raw(String below) {
        Answer answer = session.api().raw(Call.get(path + "/" + below));
        return answer.status() == 200 ? answer.body() : new byte[0];
    }

    private Map<String, Object> data(Call call) {
        return read.computeIfAbsent(call.target(), _ -> {
            Answer answer = session.api().raw(call);
            if (answer.status() == 403) {
                throw new ForbiddenException("/" + call.path());
            }
            boolean nothing = answer.status() == 404 || answer.status() == 405 || answer.status() == 204;
            return nothing
                    ? Map.of()
                    : Values.map(session.accept("looking at " + call.path(), call, answer)
                            .json()
                            .get("data"));
        });
    }
}
