package io.casemate.cli;

import io.casemate.cli.command.Command;
import io.casemate.cli.command.Topic;
import io.casemate.cli.flag.Flag;
import java.util.List;

/** Help, made from the commands themselves. */
final class HelpText {
    private static final String ENVIRONMENT = """

            Environment: every VAULT_ variable below has a CASEMATE_ twin, which wins, and a BAO_ twin, which does not.
              VAULT_ADDR, VAULT_TOKEN, VAULT_CACERT, VAULT_CACERT_BYTES, VAULT_CAPATH, VAULT_CLIENT_CERT,
              VAULT_CLIENT_KEY, VAULT_TLS_SERVER_NAME, VAULT_SKIP_VERIFY, VAULT_NAMESPACE, VAULT_WRAP_TTL,
              VAULT_FORMAT, VAULT_DETAILED, VAULT_MFA, VAULT_AGENT_ADDR, VAULT_CLIENT_TIMEOUT (seconds, default 60), VAULT_MAX_RETRIES (default 0).
            The token is VAULT_TOKEN, else the file that 'casemate login' writes: VAULT_TOKEN_PATH, or ~/.vault-token.

            Exit codes: 0 done, 1 wrong use or a local error, 2 refused by the server, nothing there, or sealed.
            """;

    private HelpText() {}

    /** What there is at all. */
    static String overview() {
        StringBuilder out = new StringBuilder("Usage: casemate COMMAND [options] [arguments]\n\nEveryday commands:\n");
        topics(out, true);
        out.append("\nOther commands:\n");
        topics(out, false);
        out.append("\nServer:\n");
        out.append("  server            Run a server: casemate server --config FILE\n");
        out.append("  install           Set up a server on a fresh machine with an HSM\n");
        out.append("  dev               Run a throw-away server to try things on\n");
        return out.append("\n'casemate COMMAND -h' tells more of each.\n")
                .append(ENVIRONMENT)
                .toString();
    }

    private static void topics(StringBuilder out, boolean everyday) {
        for (Topic topic : Catalogue.TOPICS) {
            if (topic.everyday() == everyday) {
                out.append(String.format("  %-18s%s%n", topic.name(), topic.synopsis()));
            }
        }
    }

    /** The commands of a topic. */
    static String topic(Topic topic, List<Command> commands) {
        StringBuilder out = new StringBuilder(topic.synopsis()).append("\n\nUsage: casemate ");
        out.append(topic.name()).append(" SUBCOMMAND [options] [arguments]\n\nSubcommands:\n");
        for (Command command : commands) {
            String name = command.name().substring(topic.name().length()).strip();
            out.append(String.format("  %-24s%s%n", name, command.synopsis()));
        }
        return out.append("\n'casemate ")
                .append(topic.name())
                .append(" SUBCOMMAND -h' tells more of each.\n")
                .toString();
    }

    /** One command, with all its flags. */
    static String command(Command command) {
        StringBuilder out = new StringBuilder(command.synopsis()).append("\n\nUsage: casemate ");
        out.append(command.usage()).append('\n');
        if (!command.examples().isEmpty()) {
            out.append("\nExamples:\n");
            command.examples()
                    .forEach(line -> out.append("  casemate ").append(line).append('\n'));
        }
        flags(out, "\nOptions:\n", command.flags());
        flags(out, "\nOptions of every command:\n", command.global());
        return out.toString();
    }

    private static void flags(StringBuilder out, String title, List<Flag> flags) {
        if (flags.isEmpty()) {
            return;
        }
        out.append(title);
        for (Flag flag : flags) {
            String placeholder = flag.kind().placeholder();
            out.append("  -").append(flag.name());
            out.append(placeholder.isEmpty() ? "" : "=<" + placeholder + ">").append('\n');
            out.append("      ").append(flag.help());
            out.append(flag.variable().isEmpty() ? "" : " Or VAULT_" + flag.variable() + ".")
                    .append('\n');
        }
    }
}
