package io.casemate.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** {@code secrets ...} and {@code auth ...}: what is mounted where. */
final class MountCommands {
    private static final Flag[] TUNING = {
        Flag.text("description", "What it is for."),
        Flag.duration("default-lease-ttl", "Lease or token lifetime when none is asked for."),
        Flag.duration("max-lease-ttl", "Longest lease or token lifetime."),
        Flag.text("listing-visibility", "unauth shows the mount to everybody, hidden does not."),
        Flag.list("audit-non-hmac-request-keys", "Request field to show in clear in the audit log. Repeatable."),
        Flag.list("audit-non-hmac-response-keys", "Answer field to show in clear in the audit log. Repeatable."),
        Flag.list("passthrough-request-headers", "Header the engine may see. Repeatable."),
        Flag.list("allowed-response-headers", "Header the engine may set. Repeatable."),
        Flag.pairs("options", "key=value option of the engine. Repeatable."),
        Flag.integer("version", "Version of the engine, for kv.")
    };
    private static final Flag[] ENABLING = {
        Flag.text("path", "Where to mount it, by default at its own name."),
        Flag.bool("local", "Never replicate it."),
        Flag.bool("seal-wrap", "Encrypt its values with the seal too, where supported.")
    };
    private static final Flag DETAILED = Flag.bool("detailed", "Show lifetimes, options and ids too.");

    private final String word;
    private final String api;
    private final String noun;

    private MountCommands(String word, String api, String noun) {
        this.word = word;
        this.api = api;
        this.noun = noun;
    }

    static List<Command> secrets() {
        MountCommands all = new MountCommands("secrets", "sys/mounts", "secrets engine");
        List<Command> commands = all.commands("secrets enable -path=secret kv-v2");
        commands.add(Command.of("secrets move", "Move a secrets engine to another path", MountCommands::move)
                .takes("SOURCE DESTINATION")
                .example("secrets move secret/ generic/"));
        return commands;
    }

    static List<Command> auth() {
        return new MountCommands("auth", "sys/auth", "auth method").commands("auth enable userpass");
    }

    private List<Command> commands(String example) {
        return new java.util.ArrayList<>(List.of(
                Command.of(word + " list", "List every " + noun, this::list)
                        .with(DETAILED)
                        .example(word + " list", word + " list -detailed"),
                Command.of(word + " enable", "Mount a new " + noun, this::enable)
                        .takes("TYPE")
                        .with(TUNING)
                        .with(ENABLING)
                        .example(example),
                Command.of(word + " disable", "Unmount the " + noun + " at a path, and destroy its data", this::disable)
                        .takes("PATH")
                        .example(word + " disable old/"),
                Command.of(word + " tune", "Change the settings of the " + noun + " at a path", this::tune)
                        .takes("PATH")
                        .with(TUNING)
                        .example(word + " tune -default-lease-ttl=1h old/")));
    }

    private int list(Session session) {
        Map<String, Object> answer =
                session.send("listing every " + noun, Call.get(api)).json();
        Map<String, Object> mounts =
                new TreeMap<>(answer.get("data") == null ? answer : Values.map(answer.get("data")));
        boolean detailed = session.arguments().bool("detailed");
        session.output().structured(mounts, () -> detailed ? MountTable.detailed(mounts) : MountTable.brief(mounts));
        return Exit.OK;
    }

    private int enable(Session session) {
        String type = session.arguments().at(0);
        String path = Call.trimmed(session.arguments().text("path", type.equals("kv-v2") ? "kv" : type));
        Map<String, Object> settings = settings(session.arguments());
        Map<String, Object> options = new LinkedHashMap<>(Values.map(settings.remove("options")));
        if (type.equals("kv-v2")) {
            options.put("version", "2");
        }
        Object description = settings.remove("description");
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("type", type.equals("kv-v2") ? "kv" : type);
        body.put("description", description == null ? "" : description);
        body.put("config", settings);
        body.put("options", options);
        body.put("local", session.arguments().bool("local"));
        body.put("seal_wrap", session.arguments().bool("seal-wrap"));
        String done = word.equals("auth")
                ? "Enabled " + type + " auth method at: " + path + "/"
                : "Enabled the " + type + " secrets engine at: " + path + "/";
        return session.act("enabling", Call.post(api + "/" + path, body), done);
    }

    private int disable(Session session) {
        String path = Call.trimmed(session.arguments().at(0));
        String done = "Disabled the " + noun + " (if it existed) at: " + path + "/";
        return session.act("disabling " + noun + " at " + path + "/", Call.delete(api + "/" + path), done);
    }

    private int tune(Session session) {
        String path = Call.trimmed(session.arguments().at(0));
        Call call = Call.post(api + "/" + path + "/tune", settings(session.arguments()));
        return session.act("tuning " + noun + " " + path + "/", call, "Tuned the " + noun + " at: " + path + "/");
    }

    /** Only what was given, named as the API names it. */
    private static Map<String, Object> settings(Arguments given) {
        Map<String, Object> settings = new LinkedHashMap<>();
        for (Flag flag : TUNING) {
            if (given.has(flag.name())
                    && !flag.name().equals("version")
                    && !flag.name().equals("options")) {
                String name = flag.name().replace('-', '_');
                settings.put(
                        name, flag.kind() == Flag.Kind.LIST ? given.list(flag.name()) : given.text(flag.name(), ""));
            }
        }
        Map<String, Object> options = given.pairs("options");
        if (given.has("version")) {
            options.put("version", given.text("version", ""));
        }
        if (!options.isEmpty()) {
            settings.put("options", options);
        }
        return settings;
    }

    private static int move(Session session) {
        String from = Call.trimmed(session.arguments().at(0)) + "/";
        String to = Call.trimmed(session.arguments().at(1)) + "/";
        String doing = "moving secrets engine " + from + " to " + to;
        Answer answer = session.send(doing, Call.post("sys/remount", Values.pair("from", from, "to", to)));
        String id = Values.text(Values.map(answer.json().get("data")), "migration_id");
        session.output().sentence("Started " + doing + (id.isEmpty() ? "" : ", with migration ID " + id));
        return id.isEmpty() ? Exit.OK : Migration.await(session, id, from, to);
    }
}
