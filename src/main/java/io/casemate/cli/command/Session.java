package io.casemate.cli.command;

import io.casemate.cli.flag.Arguments;
import io.casemate.cli.flag.Booleans;
import io.casemate.cli.flag.KeyValues;
import io.casemate.cli.http.Answer;
import io.casemate.cli.http.Api;
import io.casemate.cli.http.Call;
import io.casemate.cli.http.Settings;
import io.casemate.cli.local.CliFailure;
import io.casemate.cli.local.Environment;
import io.casemate.cli.local.Exit;
import io.casemate.cli.local.Terminal;
import io.casemate.cli.local.TokenStore;
import io.casemate.cli.output.Output;
import java.util.List;
import java.util.Map;

/** One run of one command: what was typed, and everything it works with. Nothing is opened before it is asked for. */
public final class Session {
    private final Command command;
    private final Arguments arguments;
    private final Environment environment;
    private final Terminal terminal;
    private final Settings settings;
    private final TokenStore tokens;
    private final Output output;
    private Api api;

    /** A run of {@code command} with what was typed behind its name. */
    public Session(Command command, Arguments arguments, Environment environment, Terminal terminal) {
        this.command = command;
        this.arguments = arguments;
        this.environment = environment;
        this.terminal = terminal;
        this.settings = new Settings(arguments, environment, command.wraps());
        this.tokens = new TokenStore(environment);
        this.output = new Output(
                terminal,
                settings.text("format", "table"),
                arguments.text("field", ""),
                !settings.wrapTtl().isEmpty(),
                command.formats());
    }

    /** What was typed behind the command's name. */
    public Arguments arguments() {
        return arguments;
    }

    /** A switch of the command's own, or what its environment variable says; false where the command has no such flag. */
    public boolean flag(String name) {
        if (arguments.has(name)) {
            return arguments.bool(name);
        }
        return command.flags().stream()
                .filter(flag -> flag.name().equals(name) && !flag.variable().isEmpty())
                .anyMatch(
                        flag -> Booleans.parse("VAULT_" + flag.variable(), environment.get(flag.variable(), "false")));
    }

    /** Where the command reads and writes. */
    public Terminal terminal() {
        return terminal;
    }

    /** What flags and environment say about the connection. */
    public Settings settings() {
        return settings;
    }

    /** The user's token. */
    public TokenStore tokens() {
        return tokens;
    }

    /** Prints results in the user's format. */
    public Output output() {
        return output;
    }

    /** The server, made at the first call; no connection is opened before a request. */
    public Api api() {
        if (api == null) {
            api = new Api(settings, environment, tokens);
        }
        return api;
    }

    /** Sends {@code call}; a refusal is told as "Error {@code doing}: ...". */
    public Answer send(String doing, Call call) {
        try {
            return api().send(call);
        } catch (CliFailure failure) {
            throw failure.during(doing);
        }
    }

    /** The same with another token than the user's; an empty one sends none. */
    public Answer sendAs(String doing, Call call, String token) {
        try {
            return api().accept(call, api().as(call, token));
        } catch (CliFailure failure) {
            throw failure.during(doing);
        }
    }

    /** {@code answer}, unless it is a refusal. */
    public Answer accept(String doing, Call call, Answer answer) {
        try {
            return api().accept(call, answer);
        } catch (CliFailure failure) {
            throw failure.during(doing);
        }
    }

    /** A secret: as given, from standard input for {@code -}, or asked for when nothing was given. */
    public String secret(String given, String prompt) {
        return secret(given, prompt, "-");
    }

    /** The same, where {@code piped} is what the user writes to give it on standard input. Never empty. */
    public String secret(String given, String prompt, String piped) {
        if (api != null && (given.isEmpty() || given.equals("-"))) {
            api.hangUp();
        }
        String secret = given.equals("-")
                ? terminal.readText().strip()
                : given.isEmpty() ? terminal.secret(prompt, piped) : given;
        if (secret.isEmpty()) {
            throw CliFailure.local("nothing was given at \"" + prompt.strip() + "\"; nothing was sent");
        }
        return secret;
    }

    /** The arguments from {@code index} on as data for a request body. */
    public Map<String, Object> data(int index) {
        List<String> words = arguments.from(index);
        return KeyValues.parse(words, terminal);
    }

    /** Sends a call that changes something; an answer that tells of nothing there is a failure, with its warnings. */
    public Answer change(String doing, Call call) {
        Answer answer = send(doing, call);
        if (answer.status() == 404) {
            output.warnings(answer.json());
            throw CliFailure.server("No value found at " + call.path());
        }
        return answer;
    }

    /** Sends such a call whose answer carries nothing, and says {@code done} to people. */
    public int act(String doing, Call call, String done) {
        change(doing, call);
        output.sentence("Success! " + done);
        return Exit.OK;
    }
}
