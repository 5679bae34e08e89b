package io.casemate.cli.token;

import io.casemate.cli.command.Command;
import io.casemate.cli.command.Session;
import io.casemate.cli.flag.Flag;
import io.casemate.cli.http.Answer;
import io.casemate.cli.http.Call;
import io.casemate.cli.http.Values;
import io.casemate.cli.local.CliFailure;
import io.casemate.cli.local.Exit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code login}: proves who the user is and keeps the token for the commands that follow. */
public final class LoginCommand {
    private static final String DONE = """
            Success! You are now authenticated. The token information displayed below
            is already stored in the token helper. You do NOT need to run "casemate login"
            again. Future requests will automatically use this token.
            """;

    private LoginCommand() {}

    /** The command. */
    public static List<Command> commands() {
        return List.of(Command.of("login", "Log in and remember the token", LoginCommand::run)
                .takes("[TOKEN|-] [KEY=VALUE...]")
                .with(
                        Flag.text("method", "token (the default), userpass, ldap, cert, approle, jwt, ..."),
                        Flag.text("path", "Where the method is mounted, if not at its own name."),
                        Flag.bool("no-store", "Do not write ~/.vault-token."),
                        Flag.bool("no-print", "Do not show the token."),
                        Flag.bool("token-only", "Print the token and nothing else, and do not store it."))
                .wrapping()
                .example("login", "login -", "login -method=userpass username=ann", "login -method=cert name=web"));
    }

    private static int run(Session session) {
        boolean stores =
                !session.arguments().bool("no-store") && !session.arguments().bool("token-only");
        if (!stores && session.arguments().bool("no-print")) {
            throw CliFailure.local("-no-print goes with a token that is stored: without -no-store and -token-only");
        }
        String method = session.arguments().text("method", "token");
        Map<String, Object> envelope = method.equals("token") ? byToken(session) : byMethod(session, method);
        Map<String, Object> wrap = Values.map(envelope.get("wrap_info"));
        String token = wrap.isEmpty()
                ? Values.text(Values.map(envelope.get("auth")), "client_token")
                : Values.text(wrap, "token");
        if (session.arguments().bool("token-only")) {
            session.output().text(token + (session.terminal().interactive().getAsBoolean() ? "\n" : ""));
            return Exit.OK;
        }
        if (stores && !stored(session, token)) {
            session.output().envelope(envelope);
            return Exit.SERVER;
        }
        if (!session.arguments().bool("no-print")) {
            session.output().envelope(envelope);
        }
        return Exit.OK;
    }

    /** False when the token could not be kept: then it has to be shown, for a login is not always to be had again. */
    private static boolean stored(Session session, String token) {
        try {
            session.tokens().store(token);
        } catch (CliFailure failure) {
            session.terminal()
                    .err()
                    .println("Error storing token: " + failure.getMessage()
                            + "\nThe login succeeded, and its token is shown for it is kept nowhere.\n");
            return false;
        }
        if (session.tokens().shadowed()) {
            session.terminal()
                    .err()
                    .println("WARNING! VAULT_TOKEN (or CASEMATE_TOKEN) is set and takes precedence over the stored"
                            + " token. Unset it to use the token of this login.\n");
        }
        if (session.output().field().isEmpty()) {
            session.output().sentence(DONE);
        }
        return true;
    }

    /** The token is known already: asks the server what it is, which also proves it right. */
    private static Map<String, Object> byToken(Session session) {
        String given = session.arguments().at(0, "");
        if (given.startsWith("token=")) {
            given = given.substring("token=".length());
        }
        if (given.matches("[a-z_]+=.*")) {
            throw CliFailure.local("A token is asked for, not " + given.substring(0, given.indexOf('=') + 1)
                    + "...: name the method, such as -method=userpass");
        }
        String token = session.secret(given, "Token (will be hidden): ");
        Answer answer = session.sendAs(
                "authenticating", Call.get("auth/token/lookup-self").read(), token);
        Map<String, Object> data = Values.map(answer.json().get("data"));
        Map<String, Object> auth = new LinkedHashMap<>();
        auth.put("client_token", token);
        auth.put("accessor", data.get("accessor"));
        auth.put("policies", data.get("policies"));
        auth.put("token_policies", data.get("policies"));
        auth.put("identity_policies", data.get("identity_policies"));
        auth.put("metadata", data.get("meta"));
        auth.put("lease_duration", Values.number(data, "ttl"));
        auth.put("renewable", Values.bool(data, "renewable"));
        Map<String, Object> envelope = new LinkedHashMap<>(answer.json());
        envelope.put("data", null);
        envelope.put("auth", auth);
        return envelope;
    }

    private static Map<String, Object> byMethod(Session session, String method) {
        Map<String, Object> data = new LinkedHashMap<>(session.data(0));
        // What comes from a file or a pipe ends with a line break that no credential has.
        data.replaceAll((name, value) -> value instanceof String text ? text.replaceFirst("\\R\\z", "") : value);
        String path = "auth/" + Call.trimmed(session.arguments().text("path", method)) + "/login";
        if (List.of("userpass", "ldap", "radius", "okta").contains(method)) {
            String name = Values.text(data, "username");
            if (name.isEmpty()) {
                throw CliFailure.local("-method=" + method + " needs username=NAME");
            }
            data.remove("username");
            path += "/" + name;
            data.computeIfAbsent("password", key -> session.secret("", "Password (will be hidden): ", "password=-"));
        }
        Answer answer = session.sendAs("authenticating", Call.put(path, data), "");
        if (session.output().wrapped()) {
            return wrapped(session, session.output().checked(answer).json());
        }
        Map<String, Object> envelope = answer.json();
        if (Values.map(envelope.get("auth")).isEmpty()) {
            throw CliFailure.server("Error authenticating: the server gave no token");
        }
        return envelope;
    }

    /** A wrapped login is handed on as it is, or, as with Vault's client, unwrapped when this user is to be logged in. */
    private static Map<String, Object> wrapped(Session session, Map<String, Object> envelope) {
        if (session.arguments().bool("token-only") || session.arguments().bool("no-store")) {
            return envelope;
        }
        String token = Values.text(Values.map(envelope.get("wrap_info")), "token");
        Call unwrap = Call.put("sys/wrapping/unwrap", Map.of()).read();
        return session.sendAs("unwrapping the login", unwrap, token).json();
    }
}
