package io.casemate.cli.data;

import io.casemate.cli.command.Command;
import io.casemate.cli.command.Lists;
import io.casemate.cli.command.Session;
import io.casemate.cli.flag.Arguments;
import io.casemate.cli.flag.Flag;
import io.casemate.cli.http.Answer;
import io.casemate.cli.http.Call;
import io.casemate.cli.http.Values;
import io.casemate.cli.local.CliFailure;
import io.casemate.cli.local.Exit;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * {@code read}, {@code write}, {@code list}, {@code scan}, {@code delete}, {@code patch} and {@code path-help}: any path of
 * the API; and {@code unwrap}: an answer that came wrapped.
 */
public final class DataCommands {
    private static final Flag[] LISTING = {
        Flag.bool("detailed", "Show what the server tells of each name too.").or("DETAILED"),
        Flag.text("after", "Only names after this one, where the engine lists in pages."),
        Flag.integer("limit", "At most so many names, where the engine lists in pages.")
    };
    private static final Flag[] FORCE = {
        Flag.bool("force", "Also without any data."), Flag.bool("f", "Short for -force.")
    };

    /** What the answer to a list holds, and nothing else. */
    private static final Set<String> LISTED = Set.of("keys", "key_info");

    private DataCommands() {}

    /** {@code read}. */
    public static List<Command> read() {
        return List.of(Command.of("read", "Read a path", DataCommands::read)
                .wrapping()
                .takes("PATH [KEY=VALUE...]")
                .example("read secret/data/app", "read -field=certificate pki/cert/ca"));
    }

    /** {@code list}. */
    public static List<Command> list() {
        return List.of(Command.of("list", "List the names below a path", DataCommands::list)
                .with(LISTING)
                .wrapping()
                .takes("PATH")
                .example("list secret/metadata", "list -detailed pki/issuers"));
    }

    /** {@code scan}. */
    public static List<Command> scan() {
        return List.of(Command.of(
                        "scan",
                        "List all names below a path, however deep",
                        session -> Lists.printAll(session, session.arguments().at(0)))
                .with(LISTING)
                .wrapping()
                .takes("PATH")
                .example("scan secret/metadata", "scan -format=json kv/team"));
    }

    /** {@code write}. */
    public static List<Command> write() {
        return List.of(Command.of("write", "Write data to a path", DataCommands::write)
                .wrapping()
                .takes("PATH [DATA...]")
                .with(FORCE)
                .example(
                        "write pki/issue/web common_name=www.example.com ttl=24h",
                        "write auth/userpass/users/ann password=-",
                        "write transit/keys/k -f"));
    }

    /** {@code patch}. */
    public static List<Command> patch() {
        return List.of(Command.of("patch", "Change some fields of what a path holds", DataCommands::patch)
                .wrapping()
                .takes("PATH [DATA...]")
                .with(FORCE)
                .example("patch pki/roles/web ttl=72h"));
    }

    /** {@code delete}. */
    public static List<Command> delete() {
        return List.of(Command.of("delete", "Delete what a path holds", DataCommands::delete)
                .wrapping()
                .takes("PATH [KEY=VALUE...]")
                .example("delete secret/data/app"));
    }

    /** {@code path-help}. */
    public static List<Command> pathHelp() {
        return List.of(Command.of("path-help", "Show what a path of the API is for and takes", DataCommands::pathHelp)
                .takes("PATH")
                .example("path-help pki/issue/web"));
    }

    /** {@code unwrap}. */
    public static List<Command> unwrap() {
        return List.of(Command.of("unwrap", "Take a wrapped answer out of its one-use token", DataCommands::unwrap)
                .takes("[TOKEN|-]")
                .example("unwrap -", "unwrap"));
    }

    private static int read(Session session) {
        String path = session.arguments().at(0);
        Answer answer = session.send("reading " + path, Call.get(path).with(session.data(1)));
        if (answer.status() == 404 && answer.nothing()) {
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
        needed(session.arguments());
        Map<String, Object> data = session.data(1);
        Answer answer = session.change("writing data to " + path, Call.put(path, data));
        return written(session, answer, path);
    }

    private static int patch(Session session) {
        String path = session.arguments().at(0);
        needed(session.arguments());
        Map<String, Object> data = session.data(1);
        return written(session, session.change("patching data at " + path, Call.patch(path, data)), path);
    }

    /** Data has to be given; what it holds may be nothing, such as an empty object. */
    private static void needed(Arguments given) {
        if (given.from(1).isEmpty() && !given.bool("force") && !given.bool("f")) {
            throw CliFailure.local("Must supply data or use -force");
        }
    }

    /** Prints what a write answered, or that it is done. */
    public static int written(Session session, Answer answer, String path) {
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
        Answer answer = session.change("deleting " + path, Call.delete(path).with(session.data(1)));
        if (answer.body().length > 0) {
            session.output().secret(answer);
        } else {
            session.output().sentence("Success! Data deleted (if it existed) at: " + Call.trimmed(path));
        }
        return Exit.OK;
    }

    private static int pathHelp(Session session) {
        String path = session.arguments().at(0);
        Answer answer = session.send("retrieving help", Call.get(path).with(Map.of("help", "1")));
        Map<String, Object> help = answer.json();
        if (help.isEmpty() || answer.status() == 404) {
            throw CliFailure.server("There is no help for " + Call.trimmed(path));
        }
        session.output()
                .structured(help.get("openapi"), () -> Values.text(help, "help").stripTrailing() + "\n");
        return Exit.OK;
    }

    private static int unwrap(Session session) {
        Answer answer = unwrapped(session);
        boolean asIs = session.output().format().equals("raw")
                || !session.output().field().isEmpty();
        if (!asIs && isList(answer)) {
            session.output().names("Keys", Lists.names(answer));
        } else {
            session.output().secret(answer);
        }
        return Exit.OK;
    }

    private static boolean isList(Answer answer) {
        return !Lists.names(answer).isEmpty()
                && LISTED.containsAll(Values.map(answer.json().get("data")).keySet());
    }

    /** Without an argument the user's token is the wrapping token: {@code VAULT_TOKEN=... casemate unwrap}. */
    private static Answer unwrapped(Session session) {
        String given = session.arguments().at(0, "");
        String own = session.tokens().token();
        Call itself = Call.put("sys/wrapping/unwrap", Map.of());
        if (given.isEmpty() && !own.isEmpty()) {
            return session.send("unwrapping", itself);
        }
        String token = session.secret(given, "Wrapping token (will be hidden): ");
        return own.isEmpty()
                ? session.sendAs("unwrapping", itself, token)
                : session.send("unwrapping", Call.put("sys/wrapping/unwrap", Map.of("token", token)));
    }
}
