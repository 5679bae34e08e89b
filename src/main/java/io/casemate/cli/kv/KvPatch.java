package io.casemate.cli.kv;

import io.casemate.cli.command.Session;
import io.casemate.cli.http.Answer;
import io.casemate.cli.http.Call;
import io.casemate.cli.http.Values;
import io.casemate.cli.local.CliFailure;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Commands of kv version 2 that build a new version out of an old one, and never over somebody else's. */
final class KvPatch {
    private KvPatch() {}

    /** {@code kv patch}. */
    static int run(Session session) {
        Map<String, Object> data = new LinkedHashMap<>(session.data(1));
        session.arguments().list("remove-data").forEach(name -> data.put(name, null));
        if (session.arguments().from(1).isEmpty() && data.isEmpty()) {
            throw CliFailure.local("Must supply data or -remove-data");
        }
        String method = session.arguments().text("method", "");
        if (!List.of("", "patch", "rw").contains(method)) {
            throw CliFailure.local("-method is patch or rw");
        }
        String api = KvPath.of(session, 0).needVersions("kv patch").api("data");
        if (method.equals("rw")) {
            return readAndWrite(session, api, data);
        }
        Call call = Call.patch(api, KvCommands.body(session, data));
        Answer answer = session.api().raw(call);
        boolean refused = answer.status() == 403 || answer.status() == 405;
        return refused && method.isEmpty()
                ? readAndWrite(session, api, data)
                : KvCommands.version(session, api, session.accept("patching data at " + api, call, answer));
    }

    /** Changes what is there, and fails if it is no longer the newest when the write arrives. */
    private static int readAndWrite(Session session, String api, Map<String, Object> changes) {
        Map<String, Object> newest = read(session, api, Map.of());
        if (newest.get("data") == null) {
            throw CliFailure.server("No data found at " + api + "; patch only works on existing data");
        }
        Map<String, Object> merged = new LinkedHashMap<>(Values.map(newest.get("data")));
        changes.forEach((name, value) -> {
            if (value == null) {
                merged.remove(name);
            } else {
                merged.put(name, value);
            }
        });
        return write(session, api, merged, KvCommands.cas(session, versionOf(newest)));
    }

    /** {@code kv rollback}. */
    static int rollback(Session session) {
        if (session.arguments().integer("version", 0) < 1) {
            throw CliFailure.local("-version must name the version to go back to");
        }
        String api = KvPath.of(session, 0).needVersions("kv rollback").api("data");
        long newest = versionOf(read(session, api, Map.of()));
        String wanted = Long.toString(session.arguments().integer("version", 0));
        Map<String, Object> old = read(session, api, Map.of("version", wanted));
        if (old.get("data") == null) {
            throw CliFailure.server("Cannot roll back to version " + wanted + ": it is deleted or destroyed");
        }
        return write(session, api, Values.map(old.get("data")), newest);
    }

    private static Map<String, Object> read(Session session, String api, Map<String, ?> query) {
        Answer answer = session.send("reading " + api, Call.get(api).with(query).read());
        Map<String, Object> data = Values.map(answer.json().get("data"));
        if (data.isEmpty()) {
            throw CliFailure.server("No value found at " + api);
        }
        return data;
    }

    private static long versionOf(Map<String, Object> data) {
        return Values.number(Values.map(data.get("metadata")), "version");
    }

    private static int write(Session session, String api, Map<String, Object> data, long after) {
        Call call = Call.put(api, Values.pair("data", data, "options", Map.of("cas", after)));
        return KvCommands.version(session, api, session.send("writing data to " + api, call));
    }
}
