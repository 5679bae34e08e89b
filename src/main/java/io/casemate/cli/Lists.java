package io.casemate.cli;

import java.util.List;
import java.util.Map;

/** Answers to list requests. */
final class Lists {
    private Lists() {}

    /** Lists {@code path} and prints the names. An empty list is a failure, as scripts expect. */
    static int print(Session session, String path) {
        return print(session, path, session.send("listing " + path, Call.list(path)));
    }

    /** The same for all names below {@code path}, however deep. */
    static int printAll(Session session, String path) {
        return print(session, path, session.send("scanning " + path, Call.scan(path)));
    }

    private static int print(Session session, String path, Answer answer) {
        if (session.output().wrapped() && answer.status() != 404) {
            session.output().secret(answer);
            return Exit.OK;
        }
        List<String> names = names(answer);
        if (names.isEmpty()) {
            if (!session.output().isTable()) {
                session.output().structured(Map.of(), () -> "");
                return Exit.SERVER;
            }
            throw CliFailure.server("No value found at " + Call.trimmed(path));
        }
        if (session.output().field().isEmpty()) {
            session.output().names("Keys", names);
        } else {
            session.output().secret(answer);
        }
        return Exit.OK;
    }

    /** The names in a list's answer; none for a 404. */
    static List<String> names(Answer answer) {
        return answer.status() == 404
                ? List.of()
                : Values.texts(Values.map(answer.json().get("data")).get("keys"));
    }
}
