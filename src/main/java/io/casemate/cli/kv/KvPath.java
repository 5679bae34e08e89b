package io.casemate.cli.kv;

import io.casemate.cli.command.Session;
import io.casemate.cli.http.Answer;
import io.casemate.cli.http.Call;
import io.casemate.cli.http.Values;
import io.casemate.cli.local.CliFailure;
import java.util.Map;

/**
 * Where a key of a kv engine lies, found by asking the server for the mount.
 *
 * @param mount with a trailing slash; empty when the server could not say, which means version 1
 * @param name of the key below the mount, without slashes at its ends
 * @param versioned whether the engine is kv version 2
 */
record KvPath(String mount, String name, boolean versioned) {
    /** Resolves the command's argument at {@code index}, honouring {@code -mount}. */
    static KvPath of(Session session, int index) {
        String given = Call.trimmed(session.arguments().at(index, ""));
        String mount = Call.trimmed(session.arguments().text("mount", ""));
        String asked = mount.isEmpty() ? given : mount;
        Call call = Call.get("sys/internal/ui/mounts/" + asked).preflight();
        Answer answer = session.api().raw(call);
        if (answer.status() == 403 && !session.tokens().token().isEmpty()) {
            throw CliFailure.server("Error finding the kv engine of " + asked + ": permission denied.\n"
                    + "Hint: nothing is mounted there ('casemate secrets list' shows what is), the token is wrong or expired"
                    + " ('casemate token lookup'), or none of its policies names a path there.");
        }
        answer = session.accept("finding the kv engine of " + asked, call, answer);
        if (answer.status() == 404) {
            return new KvPath(mount.isEmpty() ? "" : mount + "/", given, false);
        }
        Map<String, Object> data = Values.map(answer.json().get("data"));
        String found = Values.text(data, "path");
        String name = mount.isEmpty() ? below(given, found) : given;
        return new KvPath(found, name, "2".equals(Values.text(Values.map(data.get("options")), "version")));
    }

    private static String below(String path, String mount) {
        return path.startsWith(mount) ? path.substring(mount.length()) : "";
    }

    /** The API's path, which in version 2 has a word such as {@code data} behind the mount. */
    String api(String word) {
        return Call.trimmed(versioned ? mount + word + "/" + name : mount + name);
    }

    /** Fails unless this is version 2. */
    KvPath needVersions(String command) {
        if (!versioned) {
            throw CliFailure.local("'" + command + "' needs a kv engine of version 2, and this is version 1."
                    + " 'casemate kv enable-versioning' upgrades it.");
        }
        return this;
    }
}
