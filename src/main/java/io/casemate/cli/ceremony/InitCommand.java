package io.casemate.cli.ceremony;

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

/** {@code operator init}: the one moment at which the server shows its shares and its root token. */
public final class InitCommand {
    private static final List<String> RECOVERY_NUMBERS = List.of("recovery-shares", "recovery-threshold");

    private InitCommand() {}

    /** The command. */
    public static Command command() {
        return Command.of("operator init", "Initialise an empty server", InitCommand::run)
                .with(
                        Flag.integer("key-shares", "Number of shares of the unseal key, 5 by default (Shamir seal)."),
                        Flag.integer("n", "Short for -key-shares."),
                        Flag.integer("key-threshold", "How many of them unseal, 3 by default (Shamir seal)."),
                        Flag.integer("t", "Short for -key-threshold."),
                        Flag.integer("recovery-shares", "Number of recovery shares, 5 by default (HSM seal)."),
                        Flag.integer("recovery-threshold", "How many of them recover, 3 by default (HSM seal)."),
                        Flag.list("pgp-keys", "Files with one OpenPGP public key for each share, separated by commas."),
                        Flag.list("recovery-pgp-keys", "The same for recovery shares."),
                        Flag.list("recipients", "The same with keys of any kind: files, or age1... itself."),
                        Flag.text("root-token-pgp-key", "File with the OpenPGP public key for the root token."),
                        Flag.text("root-token-recipient", "The same with a key of any kind."),
                        Flag.bool("status", "Only tell whether it is initialised: exit code 0 yes, 2 no."))
                .example(
                        "operator init",
                        "operator init -key-shares=1 -key-threshold=1 -format=json",
                        "operator init -n 3 -t 2 -recipients=anna.asc,ben-card.pem,age1...");
    }

    private static int run(Session session) {
        if (session.arguments().bool("status")) {
            return status(session);
        }
        boolean recovery = SealStatus.byHsm(session, "initializing");
        if (!recovery && RECOVERY_NUMBERS.stream().anyMatch(session.arguments()::has)) {
            session.terminal()
                    .err()
                    .println("WARNING! This server has an unseal key to share and no recovery key: -recovery-shares and"
                            + " -recovery-threshold are ignored.\n");
        }
        Map<String, Object> body = shares(session.arguments(), recovery);
        Map<String, Object> answer = initialised(session, body);
        Map<String, Object> told = told(body, answer);
        List<String> holders = Values.texts(answer.get("pgp_fingerprints"));
        if (session.output().field().isEmpty()) {
            session.output().structured(told, () -> text(told, recovery) + ShareText.decryption(holders));
        } else {
            session.output().member(told);
        }
        return Exit.OK;
    }

    private static Map<String, Object> initialised(Session session, Map<String, Object> body) {
        try {
            return session.send("initializing", Call.put("sys/init", body)).json();
        } catch (CliFailure failure) {
            throw failure.getMessage().endsWith("already initialized")
                    ? CliFailure.server(
                            failure.getMessage() + "\n\nHint: shares and root token were shown that once. If that"
                                    + " answer is lost and nothing is kept in the server yet, stop it, empty its storage.path, and"
                                    + " begin again.")
                    : failure;
        }
    }

    private static int status(Session session) {
        Map<String, Object> answer = session.send("checking initialization status", Call.get("sys/init"))
                .json();
        boolean initialized = Values.bool(answer, "initialized");
        session.output()
                .structured(
                        Map.of("Initialized", initialized),
                        () -> initialized ? "The server is initialized\n" : "The server is not initialized\n");
        return initialized ? Exit.OK : Exit.SERVER;
    }

    private static Map<String, Object> shares(Arguments given, boolean recovery) {
        boolean named = given.has("key-shares") || given.has("n") || given.has("key-threshold") || given.has("t");
        if (recovery && named) {
            throw CliFailure.local("This server unseals itself by its HSM and has no unseal key to share: use"
                    + " -recovery-shares and -recovery-threshold");
        }
        if (!recovery && given.has("recovery-pgp-keys")) {
            throw CliFailure.local("This server has an unseal key to share and no recovery key: use -pgp-keys");
        }
        Map<String, Object> body = new LinkedHashMap<>();
        if (recovery) {
            body.put("recovery_shares", given.integer("recovery-shares", 5));
            body.put("recovery_threshold", given.integer("recovery-threshold", 3));
        } else {
            body.put("secret_shares", given.integer("key-shares", given.integer("n", 5)));
            body.put("secret_threshold", given.integer("key-threshold", given.integer("t", 3)));
        }
        put(body, recovery ? "recovery_pgp_keys" : "pgp_keys", KeyFiles.all(given.list(pgpKeys(given, recovery))));
        put(body, "recipients", KeyFiles.all(given.list("recipients")));
        for (String token : List.of("root-token-pgp-key", "root-token-recipient")) {
            if (given.has(token)) {
                body.put(token.replace('-', '_'), KeyFiles.one(given.text(token, "")));
            }
        }
        return body;
    }

    /** As with Vault's client, {@code -pgp-keys} means the shares there are. */
    private static String pgpKeys(Arguments given, boolean recovery) {
        return recovery && given.has("recovery-pgp-keys") ? "recovery-pgp-keys" : "pgp-keys";
    }

    private static void put(Map<String, Object> body, String name, List<String> keys) {
        if (!keys.isEmpty()) {
            body.put(name, keys);
        }
    }

    /** The names Vault's command line gives to what it prints as JSON. */
    private static Map<String, Object> told(Map<String, Object> asked, Map<String, Object> answer) {
        Map<String, Object> told = new LinkedHashMap<>();
        told.put("unseal_keys_b64", Values.texts(answer.get("keys_base64")));
        told.put("unseal_keys_hex", Values.texts(answer.get("keys")));
        told.put("unseal_shares", asked.getOrDefault("secret_shares", 1L));
        told.put("unseal_threshold", asked.getOrDefault("secret_threshold", 1L));
        told.put("recovery_keys_b64", Values.texts(answer.get("recovery_keys_base64")));
        told.put("recovery_keys_hex", Values.texts(answer.get("recovery_keys")));
        told.put("recovery_keys_shares", asked.getOrDefault("recovery_shares", 0L));
        told.put("recovery_keys_threshold", asked.getOrDefault("recovery_threshold", 0L));
        told.put("root_token", answer.get("root_token"));
        return told;
    }

    private static String text(Map<String, Object> told, boolean recovery) {
        StringBuilder out = new StringBuilder();
        keys(out, "Unseal Key ", Values.texts(told.get("unseal_keys_b64")));
        keys(out, "Recovery Key ", Values.texts(told.get("recovery_keys_b64")));
        out.append("Initial Root Token: ").append(told.get("root_token")).append("\n\n");
        Object shares = told.get(recovery ? "recovery_keys_shares" : "unseal_shares");
        Object threshold = told.get(recovery ? "recovery_keys_threshold" : "unseal_threshold");
        if (recovery) {
            return out.append("Success! The server is initialized, and unseals itself by its HSM.\n\n")
                    .append("There are ")
                    .append(shares)
                    .append(" recovery shares, of which ")
                    .append(threshold)
                    .append(" allow to make a new root token or new recovery\n")
                    .append("shares. They cannot unseal. Give each to another person, and keep none here.\n")
                    .toString();
        }
        return out.append("Success! The server is initialized with ")
                .append(shares)
                .append(" key shares and a key threshold of ")
                .append(threshold)
                .append(".\n\n")
                .append("Give each share to another person, and keep none here: whenever the server starts\n")
                .append("or is sealed, ")
                .append(threshold)
                .append(" of them have to be given to 'casemate operator unseal'.\n")
                .append("They are not stored anywhere: without them, the data is lost for ever.\n")
                .toString();
    }

    private static void keys(StringBuilder out, String title, List<String> keys) {
        for (int i = 0; i < keys.size(); i++) {
            out.append(title).append(i + 1).append(": ").append(keys.get(i)).append('\n');
        }
        out.append(keys.isEmpty() ? "" : "\n");
    }
}
