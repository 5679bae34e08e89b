package io.casemate.cli.http;

import io.casemate.cli.flag.Arguments;
import io.casemate.cli.flag.Booleans;
import io.casemate.cli.flag.Flag;
import io.casemate.cli.flag.GlobalFlags;
import io.casemate.cli.local.CliFailure;
import io.casemate.cli.local.Environment;
import io.casemate.kernel.Durations;
import io.casemate.kernel.FaultException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What flags and environment say about the connection; a flag wins over the environment. */
public final class Settings {
    private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(60);

    private final Arguments arguments;
    private final Environment environment;
    private final boolean wraps;

    /** @param wraps whether the command's answer can be wrapped */
    public Settings(Arguments arguments, Environment environment, boolean wraps) {
        this.arguments = arguments;
        this.environment = environment;
        this.wraps = wraps;
    }

    /** How long a wrapped answer shall live; empty for an answer as it is, which commands get that read it themselves. */
    public String wrapTtl() {
        return wraps ? text("wrap-ttl", "") : "";
    }

    /** A global text flag or its environment variable, else {@code otherwise}; an empty one counts as not given. */
    public String text(String flag, String otherwise) {
        String given = arguments.text(flag, "");
        if (!given.isEmpty()) {
            return given;
        }
        for (Flag global : GlobalFlags.ALL) {
            if (global.name().equals(flag) && !global.variable().isEmpty()) {
                return environment.get(global.variable(), otherwise);
            }
        }
        return otherwise;
    }

    /** Where the server is. */
    public Address address() {
        String agent = text("agent-address", "");
        return Address.parse(agent.isEmpty() ? text("address", "https://127.0.0.1:8200") : agent);
    }

    /** Empty for none, which an empty flag says too. */
    String namespace() {
        return arguments.text("namespace", arguments.text("ns", text("namespace", "")));
    }

    /** What {@code -mfa} says, each {@code method[:passcode]}; in the variable they stand with commas between them. */
    List<String> secondFactors() {
        return arguments.has("mfa")
                ? arguments.list("mfa")
                : List.of(text("mfa", "").split(",")).stream()
                        .filter(each -> !each.isBlank())
                        .toList();
    }

    boolean skipVerify() {
        return Booleans.parse("tls-skip-verify (or VAULT_SKIP_VERIFY)", text("tls-skip-verify", "false"));
    }

    /** Whether soft-mandatory policies are to be overridden. */
    boolean overrides() {
        return arguments.bool("policy-override");
    }

    /** True when requests are to be shown and not sent. */
    boolean curl() {
        return arguments.bool("output-curl-string");
    }

    /** True when the policy that the request needs is to be shown, and the request not sent. */
    boolean policy() {
        return arguments.bool("output-policy");
    }

    /** How long one request may take in all; {@code VAULT_CLIENT_TIMEOUT}, 60 s by default. */
    Duration timeout() {
        return timeout(DEFAULT_TIMEOUT);
    }

    /** The same with another default. */
    Duration timeout(Duration otherwise) {
        String text = environment.get("CLIENT_TIMEOUT", "");
        if (text.isEmpty()) {
            return otherwise;
        }
        try {
            Duration timeout = Durations.parse("VAULT_CLIENT_TIMEOUT", text);
            return timeout.isZero() ? Duration.ofDays(1) : timeout;
        } catch (FaultException e) {
            throw CliFailure.local("VAULT_CLIENT_TIMEOUT is not a duration such as 60 or 90s");
        }
    }

    /** How often a request the server could not serve is sent again; {@code VAULT_MAX_RETRIES}, none by default. */
    int retries() {
        String text = environment.get("MAX_RETRIES", "0");
        try {
            return Math.clamp(Integer.parseInt(text), 0, 100);
        } catch (NumberFormatException e) {
            throw CliFailure.local("VAULT_MAX_RETRIES is not a whole number");
        }
    }

    /** Headers beyond those of the API, as {@code Name: value}. */
    List<String> headers() {
        List<String> lines = new ArrayList<>();
        for (String given : arguments.list("header")) {
            int split = given.indexOf('=');
            int colon = given.indexOf(':');
            int at = colon > 0 && (split < 0 || colon < split) ? colon : split;
            if (at < 1 || given.chars().anyMatch(c -> c < ' ')) {
                throw CliFailure.local("-header takes \"Name: value\" or name=value");
            }
            lines.add(given.substring(0, at).strip() + ": "
                    + given.substring(at + 1).strip());
        }
        return lines;
    }
}
