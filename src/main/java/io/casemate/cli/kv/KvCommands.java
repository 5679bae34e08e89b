package io.casemate.cli.kv;

import io.casemate.cli.command.Command;
import io.casemate.cli.command.Lists;
import io.casemate.cli.command.Session;
import io.casemate.cli.data.DataCommands;
import io.casemate.cli.flag.Flag;
import io.casemate.cli.http.Answer;
import io.casemate.cli.http.Call;
import io.casemate.cli.http.Values;
import io.casemate.cli.local.CliFailure;
import io.casemate.cli.local.Exit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code kv get}, {@code put}, {@code patch}, {@code list}, {@code delete} and what else acts on one key. */
public final class KvCommands {
    static final Flag MOUNT = Flag.text("mount", "Where the engine is mounted; the argument is then the key below it.");
    private static final Flag CAS =
            Flag.integer("cas", "Only if the newest version is this one; 0: only if there is none yet.");
    private static final Flag VERSIONS = Flag.list("versions", "Versions, separated by commas. Repeatable.");

    private KvCommands() {}

    /** All commands of the topic. */
    public static List<Command> commands() {
        List<Command> all = new java.util.ArrayList<>(List.of(
                Command.of("kv get", "Read a key", KvCommands::get)
                        .takes("PATH")
                        .with(MOUNT, Flag.integer("version", "Version to read, the newest by default."))
                        .wrapping()
                        .example("kv get secret/app", "kv get -mount=secret -field=password app"),
                Command.of("kv put", "Write a key: a new version, or a new value", KvCommands::put)
                        .takes("PATH [DATA...]")
                        .with(MOUNT, CAS)
                        .wrapping()
                        .example("kv put secret/app user=ann password=-", "kv put -cas=0 secret/app @app.json"),
                Command.of("kv patch", "Change some fields of a key", KvPatch::run)
                        .takes("PATH [DATA...]")
                        .with(
                                MOUNT,
                                CAS,
                                Flag.text("method", "patch, or rw to read and write; by default what is allowed."),
                                Flag.list("remove-data", "Field to remove. Repeatable."))
                        .wrapping()
                        .example("kv patch secret/app password=-"),
                Command.of("kv list", "List the keys below a path", KvCommands::list)
                        .takes("[PATH]")
                        .with(MOUNT)
                        .wrapping()
                        .example("kv list secret", "kv list -mount=secret team/"),
                Command.of("kv scan", "List all keys below a path, however deep", KvCommands::scan)
                        .takes("[PATH]")
                        .with(MOUNT)
                        .wrapping()
                        .example("kv scan secret", "kv scan -mount=secret team/")));
        all.addAll(history());
        all.addAll(KvMetadata.commands());
        return all;
    }

    private static List<Command> history() {
        return List.of(
                Command.of("kv delete", "Delete the newest or some versions; they can be undeleted", KvCommands::delete)
                        .takes("PATH")
                        .with(MOUNT, VERSIONS)
                        .example("kv delete secret/app", "kv delete -versions=1,2 secret/app"),
                Command.of("kv undelete", "Bring deleted versions back", session -> versions(session, "undelete"))
                        .takes("PATH")
                        .with(MOUNT, VERSIONS)
                        .example("kv undelete -versions=2 secret/app"),
                Command.of("kv destroy", "Destroy versions for ever", session -> versions(session, "destroy"))
                        .takes("PATH")
                        .with(MOUNT, VERSIONS)
                        .example("kv destroy -versions=1 secret/app"),
                Command.of("kv rollback", "Write an old version as the newest", KvPatch::rollback)
                        .takes("PATH")
                        .with(MOUNT, Flag.integer("version", "The old version."))
                        .wrapping()
                        .example("kv rollback -version=2 secret/app"),
                Command.of("kv enable-versioning", "Turn a version 1 engine into version 2", KvCommands::upgrade)
                        .takes("MOUNT")
                        .example("kv enable-versioning secret"));
    }

    private static int get(Session session) {
        KvPath path = KvPath.of(session, 0);
        Call call = Call.get(path.api("data"));
        if (path.versioned() && session.arguments().has("version")) {
            call = call.with(Map.of("version", session.arguments().integer("version", 0)));
        }
        Answer answer = session.send("reading " + call.path(), call);
        if (answer.status() == 404 && answer.nothing()) {
            throw CliFailure.server("No value found at " + call.path());
        }
        if (!path.versioned()) {
            session.output().secret(answer, KvSections::plain);
        } else if (session.output().wrapped() || session.output().field().isEmpty()) {
            session.output().secret(answer, envelope -> KvSections.versioned(path.api("data"), envelope));
        } else {
            Map<String, Object> data = Values.map(answer.json().get("data"));
            if (data.get("data") == null) {
                throw CliFailure.server("No data found at " + call.path() + ": this version is deleted or destroyed");
            }
            session.output().member(named(session.output().field(), data));
        }
        return Exit.OK;
    }

    /** What {@code -field} looks into: the content, or what has it as {@code data} where the content has no such key. */
    private static Map<String, Object> named(String field, Map<String, Object> version) {
        Map<String, Object> content = Values.map(version.get("data"));
        return field.equals("data") && !content.containsKey(field) ? version : content;
    }

    private static int put(Session session) {
        if (session.arguments().from(1).isEmpty()) {
            throw CliFailure.local("Must supply data: key=value, key=@file, key=-, @file.json or -");
        }
        Map<String, Object> data = session.data(1);
        KvPath path = KvPath.of(session, 0);
        String api = path.api("data");
        if (!path.versioned()) {
            return DataCommands.written(session, session.change("writing data to " + api, Call.put(api, data)), api);
        }
        return version(session, api, session.send("writing data to " + api, Call.put(api, body(session, data))));
    }

    /** The body of a write: the data, and the version it must follow. */
    static Map<String, Object> body(Session session, Map<String, Object> data) {
        Map<String, Object> options = new LinkedHashMap<>();
        long cas = cas(session, -1);
        if (cas >= 0) {
            options.put("cas", cas);
        }
        return Values.pair("data", data, "options", options);
    }

    /** The version that a write must follow; a negative one says nothing, as with Vault's client. */
    static long cas(Session session, long otherwise) {
        long given = session.arguments().integer("cas", -1);
        return given < 0 ? otherwise : given;
    }

    /** Prints what the server says of a version just written. */
    static int version(Session session, String api, Answer answer) {
        if (answer.status() == 404) {
            throw CliFailure.server("No value found at " + api);
        }
        session.output().secret(answer, envelope -> KvSections.written(api, envelope));
        return Exit.OK;
    }

    private static int list(Session session) {
        return Lists.print(session, folder(session));
    }

    private static int scan(Session session) {
        return Lists.printAll(session, folder(session));
    }

    private static String folder(Session session) {
        if (session.arguments().positionals().isEmpty() && !session.arguments().has("mount")) {
            throw CliFailure.local("Give a path, or -mount");
        }
        return KvPath.of(session, 0).api("metadata");
    }

    private static int delete(Session session) {
        if (session.arguments().has("versions")) {
            KvPath path = KvPath.of(session, 0).needVersions("kv delete -versions");
            String api = path.api("delete");
            Call call = Call.put(api, Map.of("versions", numbers(session)));
            return session.act("deleting versions at " + api, call, "Data deleted (if it existed) at: " + api);
        }
        String api = KvPath.of(session, 0).api("data");
        return session.act("deleting " + api, Call.delete(api), "Data deleted (if it existed) at: " + api);
    }

    private static int versions(Session session, String word) {
        List<String> numbers = numbers(session);
        String api = KvPath.of(session, 0).needVersions("kv " + word).api(word);
        Call call = Call.put(api, Map.of("versions", numbers));
        return session.act("writing data to " + api, call, "Data written to: " + api);
    }

    private static List<String> numbers(Session session) {
        List<String> numbers = session.arguments().list("versions").stream()
                .flatMap(given -> List.of(given.split(",")).stream())
                .map(String::strip)
                .toList();
        boolean whole = numbers.stream().allMatch(number -> number.matches("[0-9]{1,18}"));
        if (numbers.isEmpty() || !whole) {
            throw CliFailure.local("-versions takes the numbers of one or more versions, separated by commas");
        }
        return numbers;
    }

    private static int upgrade(Session session) {
        String mount = Call.trimmed(session.arguments().at(0));
        Call call = Call.post("sys/mounts/" + mount + "/tune", Map.of("options", Map.of("version", "2")));
        return session.act("tuning secrets engine " + mount + "/", call, "Tuned the secrets engine at: " + mount + "/");
    }
}
