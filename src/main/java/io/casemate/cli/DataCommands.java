package io.casemate.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code read}, {@code write}, {@code list}, {@code scan}, {@code delete} and {@code patch}: any path of the API. */
final class DataCommands {
    private DataCommands() {}

    static List<Command> read() {
        return List.of(Command.of("read", "Read a path", DataCommands::read)
                .wrapping()
                .takes("PATH [KEY=VALUE...]")
                .example("read secret/data/app", "read -field=certificate pki/cert/ca"));
    }

    static List<Command> list() {
        return List.of(Command.of("list", "List the names below a path", DataCommands::list)
                .with(Flag.bool("detailed", "Show what the server tells of each name too."))
                .wrapping()
                .takes("PATH")
                .example("list secret/metadata", "list -detailed pki/issuers"));
    }

    static List<Command> scan() {
        return List.of(Command.of(
                        "scan",
                        "List all names below a path, however deep",
                        session -> Lists.printAll(session, session.arguments().at(0)))
                .wrapping()
                .takes("PATH")
                .example("scan secret/metadata", "scan -format=json kv/team"));
    }

    static List<Command> write() {
        return List.of(Command.of("write", "Write data to a path", DataCommands::write)
                .wrapping()
                .takes("PATH [DATA...]")
                .with(Flag.bool("force", "Write without any data."), Flag.bool("f", "Short for -force."))
                .example(
                        "write pki/issue/web common_name=www.example.com ttl=24h",
                        "write auth/userpass/users/ann password=-",
                        "write transit/keys/k -f"));
    }

    static List<Command> patch() {
        return List.of(Command.of("patch", "Change some fields of what a path holds", DataCommands::patch)
                .wrapping()
                .takes("PATH [DATA...]")
                .example("patch pki/roles/web ttl=72h"));
    }

    static List<Command> delete() {
        return List.of(Command.of("delete", "Delete what a path holds", DataCommands::delete)
                .wrapping()
                .takes("PATH [KEY=VALUE...]")
                .example("delete secret/data/app"));
    }

    private static int read(Session session) {
        String path = session.arguments().at(0);
        Answer answer = session.send("reading " + path, Call.get(path).with(query(session)));
        if (answer.status() == 404 && nothing(answer)) {
            throw CliFailure.server("No value found at " + Call.trimmed(path));
        }
        session.output().read(answer);
        return Exit.OK;
    }

    private static int list(Session session) {
        return Lists.print(session, session.arguments().at(0));
    }

    private static int write(Session session) {
        String path = session.arguments().at(0);
        Map<String, Object> data = session.data(1);
        boolean force = session.arguments().bool("force") || session.arguments().bool("f");
        if (data.isEmpty() && !force) {
            throw CliFailure.local("Must supply data or use -force");
        }
        Answer answer = session.send("writing data to " + path, Call.put(path, data));
        return written(session, answer, path);
    }

    private static int patch(Session session) {
        String path = session.arguments().at(0);
        Map<String, Object> data = session.data(1);
        if (data.isEmpty()) {
            throw CliFailure.local("Must supply data");
        }
        return written(session, session.send("patching data at " + path, Call.patch(path, data)), path);
    }

    /** Prints what a write answered, or that it is done. */
    static int written(Session session, Answer answer, String path) {
        if (answer.status() == 404) {
            session.output().warnings(answer.json());
            throw CliFailure.server("No value found at " + Call.trimmed(path));
        }
        if (answer.body().length == 0) {
            if (!session.output().field().isEmpty()) {
                throw CliFailure.local("Field \"" + session.output().field() + "\" not present: the answer is empty");
            }
            session.output().sentence("Success! Data written to: " + Call.trimmed(path));
        } else {
            session.output().secret(answer);
        }
        return Exit.OK;
    }

    private static int delete(Session session) {
        String path = session.arguments().at(0);
        Answer answer = session.send("deleting " + path, Call.delete(path).with(query(session)));
        if (answer.body().length > 0 && answer.status() != 404) {
            session.output().secret(answer);
        } else {
            session.output().sentence("Success! Data deleted (if it existed) at: " + Call.trimmed(path));
        }
        return Exit.OK;
    }

    private static Map<String, String> query(Session session) {
        Map<String, String> query = new LinkedHashMap<>();
        session.data(1).forEach((name, value) -> query.put(name, Values.shown(value)));
        return query;
    }

    /** True when a 404 carries no value at all; a deleted version of kv v2 carries its metadata. */
    static boolean nothing(Answer answer) {
        Map<String, Object> envelope = answer.json();
        return Values.map(envelope.get("data")).isEmpty()
                && Values.texts(envelope.get("warnings")).isEmpty();
    }
}
