package io.casemate.cli;

import java.util.List;
import java.util.Map;

/** One run of one command: what was typed, and everything it works with. Nothing is opened before it is asked for. */
final class Session {
    private final Arguments arguments;
    private final Environment environment;
    private final Terminal terminal;
    private final Settings settings;
    private final TokenStore tokens;
    private final Output output;
    private Api api;

    Session(Command command, Arguments arguments, Environment environment, Terminal terminal) {
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

    Arguments arguments() {
        return arguments;
    }

    Terminal terminal() {
        return terminal;
    }

    Settings settings() {
        return settings;
    }

    TokenStore tokens() {
        return tokens;
    }

    Output output() {
        return output;
    }

    Api api() {
        if (api == null) {
            api = new Api(settings, environment, tokens);
        }
        return api;
    }

    /** Sends {@code call}; a refusal is told as "Error {@code doing}: ...". */
    Answer send(String doing, Call call) {
        try {
            return api().send(call);
        } catch (CliFailure failure) {
            throw failure.during(doing);
        }
    }

    /** The same with another token than the user's; an empty one sends none. */
    Answer sendAs(String doing, Call call, String token) {
        try {
            return api().accept(call, api().as(call, token));
        } catch (CliFailure failure) {
            throw failure.during(doing);
        }
    }

    /** {@code answer}, unless it is a refusal. */
    Answer accept(String doing, Call call, Answer answer) {
        try {
            return api().accept(call, answer);
        } catch (CliFailure failure) {
            throw failure.during(doing);
        }
    }

    /** A secret: as given, from standard input for {@code -}, or asked for when nothing was given. */
    String secret(String given, String prompt) {
        return secret(given, prompt, "-");
    }

    /** The same, where {@code piped} is what the user writes to give it on standard input. Never empty. */
    String secret(String given, String prompt, String piped) {
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
    Map<String, Object> data(int index) {
        List<String> words = arguments.from(index);
        return KeyValues.parse(words, terminal);
    }

    /** Sends a call whose answer carries nothing, and says {@code done} to people. */
    int act(String doing, Call call, String done) {
        send(doing, call);
        output.sentence("Success! " + done);
        return Exit.OK;
    }
}
