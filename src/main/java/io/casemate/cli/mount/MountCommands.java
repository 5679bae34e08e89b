package io.casemate.cli.mount;

import io.casemate.cli.command.Command;
import io.casemate.cli.command.Session;
import io.casemate.cli.flag.Arguments;
import io.casemate.cli.flag.Flag;
import io.casemate.cli.http.Answer;
import io.casemate.cli.http.Call;
import io.casemate.cli.http.Values;
import io.casemate.cli.local.CliFailure;
import io.casemate.cli.local.Exit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** {@code secrets ...} and {@code auth ...}: what is mounted where. */
public final class MountCommands {
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
        Flag.integer("version", "Version of the engine, for kv."),
        Flag.text("plugin-version", "Accepted for compatibility: engines are built in.")
    };
    private static final Flag[] SECRETS_TUNING = {
        Flag.list("allowed-managed-keys", "Registered key of the HSM that the engine may use. Repeatable."),
        Flag.bool("force-no-cache", "Read from storage every time, where the server keeps a cache.")
    };
    private static final Flag[] ENABLING = {
        Flag.text("path", "Where to mount it, by default at its own name."),
        Flag.bool("local", "Never replicate it."),
        Flag.bool("seal-wrap", "Encrypt its values with the seal too, where supported."),
        Flag.bool("external-entropy-access", "Let it draw random numbers from outside, where supported."),
        Flag.text("plugin-name", "With the type 'plugin': the type itself.")
    };
    private static final String LOCKOUT = "user-lockout-";
    private static final Flag[] AUTH_TUNING = {
        Flag.text("token-type", "Tokens it gives: default-service, default-batch, service or batch."),
        Flag.integer(LOCKOUT + "threshold", "Failures in a row after which a name is locked out."),
        Flag.duration(LOCKOUT + "duration", "How long it stays locked out."),
        Flag.duration(LOCKOUT + "counter-reset-duration", "Time without a failure after which counting begins anew."),
        Flag.bool(LOCKOUT + "disable", "Lock nobody out.")
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

    /** {@code secrets ...}. */
    public static List<Command> secrets() {
        MountCommands all = new MountCommands("secrets", "sys/mounts", "secrets engine");
        List<Command> commands = all.commands("secrets enable -path=secret kv-v2");
        commands.add(all.moving("secret/ generic/"));
        return commands;
    }

    /** {@code auth ...}. */
    public static List<Command> auth() {
        MountCommands all = new MountCommands("auth", "sys/auth", "auth method");
        List<Command> commands = all.commands("auth enable userpass");
        commands.add(all.moving("userpass/ people/"));
        commands.add(Command.of("auth help", "Tell how to log in by an auth method", AuthHelp::run)
                .takes("METHOD|PATH/")
                .example("auth help userpass", "auth help people/"));
        return commands;
    }

    private Command moving(String example) {
        return Command.of(word + " move", "Move a mounted " + noun + " to another path", this::move)
                .takes("SOURCE DESTINATION")
                .example(word + " move " + example);
    }

    private List<Command> commands(String example) {
        return new java.util.ArrayList<>(List.of(
                Command.of(word + " list", "List every " + noun, this::list)
                        .with(DETAILED)
                        .example(word + " list", word + " list -detailed"),
                Command.of(word + " enable", "Mount a new " + noun, this::enable)
                        .takes("TYPE")
                        .with(tuning())
                        .with(ENABLING)
                        .example(example),
                Command.of(word + " disable", "Unmount the " + noun + " at a path, and destroy its data", this::disable)
                        .takes("PATH")
                        .example(word + " disable old/"),
                Command.of(word + " tune", "Change the settings of the " + noun + " at a path", this::tune)
                        .takes("PATH")
                        .with(tuning())
                        .example(word + " tune -default-lease-ttl=1h old/")));
    }

    private Flag[] tuning() {
        return Stream.of(TUNING, word.equals("auth") ? AUTH_TUNING : SECRETS_TUNING)
                .flatMap(Stream::of)
                .toArray(Flag[]::new);
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
        String type = type(session.arguments());
        String path = Call.trimmed(session.arguments().text("path", type));
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
        if (session.arguments().has("external-entropy-access")) {
            body.put("external_entropy_access", session.arguments().bool("external-entropy-access"));
        }
        String done = word.equals("auth")
                ? "Enabled " + type + " auth method at: " + path + "/"
                : "Enabled the " + type + " secrets engine at: " + path + "/";
        return session.act("enabling", Call.post(api + "/" + path, body), done);
    }

    private static String type(Arguments given) {
        if (!given.at(0).equals("plugin")) {
            return given.at(0);
        }
        if (given.text("plugin-name", "").isEmpty()) {
            throw CliFailure.local("-plugin-name must name the plugin when the type is 'plugin'");
        }
        return given.text("plugin-name", "");
    }

    private int disable(Session session) {
        String path = Call.trimmed(session.arguments().at(0));
        String done = "Disabled the " + noun + " (if it existed) at: " + path + "/";
        return session.act("disabling " + noun + " at " + path + "/", Call.delete(api + "/" + path), done);
    }

    private int tune(Session session) {
        String path = Call.trimmed(session.arguments().at(0));
        // As other clients do it: this path needs no sudo for auth methods either.
        String below = word.equals("auth") ? "auth/" : "";
        Call call = Call.post("sys/mounts/" + below + path + "/tune", settings(session.arguments()));
        return session.act("tuning " + noun + " " + path + "/", call, "Tuned the " + noun + " at: " + path + "/");
    }

    /** Only what was given, named as the API names it. */
    private Map<String, Object> settings(Arguments given) {
        Map<String, Object> settings = new LinkedHashMap<>();
        Map<String, Object> lockout = new LinkedHashMap<>();
        for (Flag flag : tuning()) {
            String name = flag.name().replace('-', '_');
            if (!given.has(flag.name()) || List.of("version", "options").contains(name)) {
                continue;
            }
            if (flag.name().startsWith(LOCKOUT)) {
                lockout.put(name.substring("user_".length()), value(given, flag));
            } else {
                settings.put(name, value(given, flag));
            }
        }
        if (!lockout.isEmpty()) {
            settings.put("user_lockout_config", lockout);
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

    private static Object value(Arguments given, Flag flag) {
        return switch (flag.kind()) {
            case LIST -> given.list(flag.name());
            case BOOL -> given.bool(flag.name());
            default -> given.text(flag.name(), "");
        };
    }

    /** The mount's whole path, whose {@code auth/} may be given or not. */
    private String mounted(String given) {
        String path = Call.trimmed(given) + "/";
        return word.equals("auth") && !path.startsWith("auth/") ? "auth/" + path : path;
    }

    private int move(Session session) {
        String from = mounted(session.arguments().at(0));
        String to = mounted(session.arguments().at(1));
        String doing = "moving " + noun + " " + from + " to " + to;
        Answer answer = session.send(doing, Call.post("sys/remount", Values.pair("from", from, "to", to)));
        String id = Values.text(Values.map(answer.json().get("data")), "migration_id");
        session.output().sentence("Started " + doing + (id.isEmpty() ? "" : ", with migration ID " + id));
        return id.isEmpty() ? Exit.OK : Migration.await(session, noun, id, from, to);
    }
}
