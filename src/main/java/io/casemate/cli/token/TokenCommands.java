package io.casemate.cli.token;

import io.casemate.cli.command.Command;
import io.casemate.cli.command.Session;
import io.casemate.cli.flag.Arguments;
import io.casemate.cli.flag.Flag;
import io.casemate.cli.http.Call;
import io.casemate.cli.http.Values;
import io.casemate.cli.local.CliFailure;
import io.casemate.cli.local.Exit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code token ...} and {@code print token}. A token or accessor given as {@code -} is read from standard input. */
public final class TokenCommands {
    private static final Flag ACCESSOR = Flag.bool("accessor", "The argument is an accessor, not a token.");
    private static final String PROMPT = "Token (will be hidden): ";

    private TokenCommands() {}

    /** All commands of the topic. */
    public static List<Command> commands() {
        return List.of(
                Command.of("token lookup", "Show a token, by default one's own", TokenCommands::lookup)
                        .takes("[TOKEN|ACCESSOR|-]")
                        .with(ACCESSOR)
                        .wrapping()
                        .example("token lookup", "token lookup -accessor 8609694a-cdbc-db9b-d345-e782dbb562ed"),
                create(),
                Command.of("token renew", "Renew a token, by default one's own", TokenCommands::renew)
                        .takes("[TOKEN|ACCESSOR|-]")
                        .with(
                                ACCESSOR,
                                Flag.duration("increment", "How long it shall live from now on."),
                                Flag.duration("i", "Short for -increment."),
                                LeaseCommands.FULFILLED)
                        .wrapping()
                        .example("token renew -increment=1h"),
                Command.of("token revoke", "Revoke a token and all its children", TokenCommands::revoke)
                        .takes("[TOKEN|ACCESSOR|-]")
                        .with(
                                ACCESSOR,
                                Flag.bool("self", "Revoke one's own token."),
                                Flag.text(
                                        "mode",
                                        "orphan: leave the children alone; path: the argument is a path's start."))
                        .example("token revoke -self", "token revoke -accessor 8609694a-cdbc-db9b-d345-e782dbb562ed"),
                Command.of("token capabilities", "Show what a token may do on a path", TokenCommands::capabilities)
                        .takes("[TOKEN|ACCESSOR|-] PATH")
                        .with(ACCESSOR)
                        .example("token capabilities secret/data/app"));
    }

    private static Command create() {
        return Command.of("token create", "Create a token", TokenCommands::create)
                .with(
                        Flag.list("policy", "Policy of the token. Repeatable."),
                        Flag.duration("ttl", "How long it lives first."),
                        Flag.duration("explicit-max-ttl", "How long it may live at most, renewed or not."),
                        Flag.duration("period", "Make it periodic: renewed within this time it lives for ever."),
                        Flag.bool("renewable", "Whether it can be renewed; true by default."),
                        Flag.bool("orphan", "Without a parent, so that it outlives this token."),
                        Flag.bool("no-default-policy", "Without the default policy."),
                        Flag.integer("use-limit", "How often it can be used; 0 for no limit."),
                        Flag.text("display-name", "Name shown in the audit log."),
                        Flag.pairs("metadata", "key=value shown in the audit log. Repeatable."),
                        Flag.text("type", "service or batch."),
                        Flag.text("role", "Role to create it by."),
                        Flag.text("entity-alias", "Entity alias, with a role that allows it."),
                        Flag.text("id", "The token itself; for tests, root only."))
                .wrapping()
                .example(
                        "token create -policy=app -ttl=1h", "token create -policy=ci -orphan -period=24h -field=token");
    }

    /** {@code print token}. */
    public static List<Command> print() {
        return List.of(Command.of("print token", "Print the token that commands would use", TokenCommands::print)
                .example("print token"));
    }

    private static int print(Session session) {
        session.output().text(session.tokens().token() + "\n");
        return Exit.OK;
    }

    private static int lookup(Session session) {
        String which = which(session);
        String doing = "looking up token";
        if (which.isEmpty()) {
            session.output().secret(session.send(doing, Call.get("auth/token/lookup-self")));
        } else if (session.arguments().bool("accessor")) {
            session.output().secret(session.send(doing, accessor("auth/token/lookup-accessor", which)));
        } else {
            session.output().secret(session.send(doing, Call.post("auth/token/lookup", Map.of("token", which))));
        }
        return Exit.OK;
    }

    private static int create(Session session) {
        Arguments given = session.arguments();
        Map<String, Object> body = new LinkedHashMap<>();
        if (given.has("policy")) {
            body.put("policies", given.list("policy"));
        }
        for (String name : List.of("ttl", "explicit-max-ttl", "period", "display-name", "type", "id", "entity-alias")) {
            if (given.has(name)) {
                body.put(name.replace('-', '_'), given.text(name, ""));
            }
        }
        if (given.has("use-limit")) {
            body.put("num_uses", given.integer("use-limit", 0));
        }
        if (given.has("metadata")) {
            body.put("meta", given.pairs("metadata"));
        }
        body.put("renewable", !given.has("renewable") || given.bool("renewable"));
        body.put("no_default_policy", given.bool("no-default-policy"));
        String path = given.has("role")
                ? "auth/token/create/" + given.text("role", "")
                : given.bool("orphan") ? "auth/token/create-orphan" : "auth/token/create";
        session.output().secret(session.send("creating token", Call.post(path, body)));
        return Exit.OK;
    }

    private static int renew(Session session) {
        String which = which(session);
        Map<String, Object> body = new LinkedHashMap<>();
        LeaseCommands.increment(session.arguments(), body);
        String path = "auth/token/renew-self";
        if (!which.isEmpty()) {
            boolean accessor = session.arguments().bool("accessor");
            path = accessor ? "auth/token/renew-accessor" : "auth/token/renew";
            body.put(accessor ? "accessor" : "token", which);
        }
        return LeaseCommands.renewed(session, "renewing token", Call.put(path, body));
    }

    private static int revoke(Session session) {
        boolean self = session.arguments().bool("self");
        String which = which(session);
        if (self == !which.isEmpty()) {
            throw CliFailure.local(self ? "-self and a token exclude each other" : "Give a token, - or -self");
        }
        String mode = session.arguments().text("mode", "");
        boolean accessor = session.arguments().bool("accessor");
        if (!mode.isEmpty() && (self || accessor)) {
            throw CliFailure.local("-mode goes with a token or a path");
        }
        Call call = self
                ? Call.put("auth/token/revoke-self", Map.of())
                : accessor ? accessor("auth/token/revoke-accessor", which) : revoking(mode, which);
        return session.act("revoking token", call, "Revoked token (if it existed)");
    }

    private static Call revoking(String mode, String which) {
        return switch (mode) {
            case "" -> Call.put("auth/token/revoke", Map.of("token", which));
            case "orphan" -> Call.put("auth/token/revoke-orphan", Map.of("token", which));
            case "path" -> Call.put("sys/leases/revoke-prefix/" + which, Map.of());
            default -> throw CliFailure.local("the mode is orphan or path");
        };
    }

    private static int capabilities(Session session) {
        List<String> words = session.arguments().positionals();
        String path = words.getLast();
        String which = words.size() < 2 ? "" : session.secret(words.getFirst(), PROMPT);
        Map<String, Object> body = new LinkedHashMap<>(Map.of("paths", List.of(path)));
        String endpoint = "sys/capabilities-self";
        if (!which.isEmpty()) {
            boolean accessor = session.arguments().bool("accessor");
            endpoint = accessor ? "sys/capabilities-accessor" : "sys/capabilities";
            body.put(accessor ? "accessor" : "token", which);
        }
        Map<String, Object> answer =
                session.send("listing capabilities", Call.post(endpoint, body)).json();
        Map<String, Object> data = answer.containsKey("data") ? Values.map(answer.get("data")) : answer;
        Object found = data.containsKey(path) ? data.get(path) : data.get("capabilities");
        List<String> all = Values.texts(found).stream().sorted().toList();
        session.output().structured(all, () -> String.join(", ", all) + "\n");
        return Exit.OK;
    }

    private static String which(Session session) {
        String given = session.arguments().at(0, "");
        if (given.isEmpty() && session.arguments().bool("accessor")) {
            throw CliFailure.local("Not enough arguments with -accessor (expected 1, got 0)");
        }
        return given.isEmpty() ? "" : session.secret(given, PROMPT);
    }

    private static Call accessor(String path, String accessor) {
        return Call.post(path, Map.of("accessor", accessor));
    }
}
