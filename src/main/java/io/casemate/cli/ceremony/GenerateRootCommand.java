package io.casemate.cli.ceremony;

import io.casemate.cli.command.Command;
import io.casemate.cli.command.Session;
import io.casemate.cli.flag.Arguments;
import io.casemate.cli.flag.Flag;
import io.casemate.cli.http.Answer;
import io.casemate.cli.http.Call;
import io.casemate.cli.http.Values;
import io.casemate.cli.local.CliFailure;
import io.casemate.cli.local.Exit;
import io.casemate.cli.output.Table;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;

/** {@code operator generate-root}: a root token by agreement of the holders of shares. */
public final class GenerateRootCommand {
    private static final String PATH = "sys/generate-root/attempt";
    private static final String BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    private static final String REVEAL = """
            Next: whoever has the one-time password reveals the root token; it is asked for:
              casemate operator generate-root -decode=ENCODED-TOKEN
            """;
    private static final String DECRYPT = """
            Next: the holder of that key decrypts the encoded token, which is base64 of the message.
            """;
    private static final String REVOKE = """
            Revoke it as soon as the work is done: casemate token revoke -self
            """;

    private GenerateRootCommand() {}

    /** The command. */
    public static Command command() {
        return Command.of(
                        "operator generate-root",
                        "Make a root token by agreement of the holders of shares",
                        GenerateRootCommand::run)
                .takes("[KEY|-]")
                .with(
                        Flag.bool(
                                "init",
                                "Start. Without -otp and keys the server makes a one-time password and shows it once."),
                        Flag.text("otp", "One-time password: with -init to hide the token, with -decode to reveal it."),
                        Flag.text("pgp-key", "With -init: file with an OpenPGP public key to encrypt the token to."),
                        Flag.text("recipient", "The same with a key of any kind, or age1... itself."),
                        Flag.bool("generate-otp", "Only make a one-time password."),
                        Flag.text(
                                "decode",
                                "The encoded token, to be revealed with -otp; - reads it from standard input."),
                        Flag.text("nonce", "The ceremony's nonce; asked for with a share that is not typed."),
                        Flag.bool("status", "Show how far it is."),
                        Flag.bool("cancel", "End it."))
                .example(
                        "operator generate-root -init",
                        "operator generate-root",
                        "operator generate-root -decode=ENCODED");
    }

    private static int run(Session session) {
        Arguments given = session.arguments();
        if (given.bool("generate-otp")) {
            return otp(session);
        }
        if (given.has("decode")) {
            return decode(session);
        }
        if (given.bool("cancel")) {
            String nonce = given.text("nonce", "");
            Call call = Call.delete(PATH);
            return session.act(
                    "canceling root token generation",
                    nonce.isEmpty() ? call : call.with(Map.of("nonce", nonce)),
                    "Root token generation canceled (if it was started).");
        }
        if (given.bool("init")) {
            return show(session, session.send("initializing root generation", Call.put(PATH, order(given))));
        }
        if (given.bool("status")) {
            return show(session, session.send("getting root generation status", Call.get(PATH)));
        }
        return give(session);
    }

    private static Map<String, Object> order(Arguments given) {
        Map<String, Object> body = new LinkedHashMap<>();
        if (given.has("otp")) {
            body.put("otp", given.text("otp", ""));
        }
        if (given.has("pgp-key")) {
            body.put("pgp_key", KeyFiles.one(given.text("pgp-key", "")));
        }
        if (given.has("recipient")) {
            body.put("recipient", KeyFiles.one(given.text("recipient", "")));
        }
        if (body.size() > 1) {
            throw CliFailure.local("-otp, -pgp-key and -recipient exclude each other: the token is hidden in one way");
        }
        return body;
    }

    private static int otp(Session session) {
        Map<String, Object> status =
                session.send("getting root generation status", Call.get(PATH)).json();
        SecureRandom random = new SecureRandom();
        StringBuilder otp = new StringBuilder();
        for (long left = Math.clamp(Values.number(status, "otp_length"), 24, 256); left > 0; left--) {
            otp.append(BASE62.charAt(random.nextInt(BASE62.length())));
        }
        session.output()
                .structured(Values.pair("otp", otp.toString(), "otp_length", otp.length()), () -> otp.append('\n'));
        return Exit.OK;
    }

    /** Asks no server: what is hidden is revealed here. */
    private static int decode(Session session) {
        String encoded = session.arguments().text("decode", "");
        encoded = encoded.equals("-") ? session.terminal().readText().strip() : encoded;
        String otp = session.secret(session.arguments().text("otp", ""), "One-time password (will be hidden): ");
        byte[] token = bytes(encoded);
        byte[] pad = otp.getBytes(StandardCharsets.UTF_8);
        if (token.length != pad.length) {
            throw CliFailure.local("the encoded token has " + token.length + " bytes and the one-time password "
                    + pad.length + ": they do not belong together");
        }
        for (int i = 0; i < token.length; i++) {
            token[i] ^= pad[i];
        }
        String text = new String(token, StandardCharsets.UTF_8);
        session.output().structured(Map.of("token", text), () -> text + "\n");
        return Exit.OK;
    }

    private static byte[] bytes(String encoded) {
        try {
            return Base64.getDecoder().decode(encoded);
        } catch (IllegalArgumentException e) {
            throw CliFailure.local("the encoded token is not base64");
        }
    }

    private static int give(Session session) {
        Map<String, Object> status =
                session.send("getting root generation status", Call.get(PATH)).json();
        if (!Values.bool(status, "started")) {
            throw CliFailure.local(
                    "No root generation is in progress. Start one with: casemate operator generate-root -init");
        }
        GivenShare share = GivenShare.of(session, Values.text(status, "nonce"));
        return show(session, session.send("giving the share", Call.put("sys/generate-root/update", share.body())));
    }

    private static int show(Session session, Answer answer) {
        Map<String, Object> status = answer.json();
        session.output().structured(status, () -> table(status).render() + "\n" + next(status));
        return Exit.OK;
    }

    private static Table table(Map<String, Object> status) {
        Table table = Table.plain()
                .row("Nonce", status.get("nonce"))
                .row("Started", Values.bool(status, "started"))
                .row("Progress", status.get("progress") + "/" + status.get("required"))
                .row("Complete", Values.bool(status, "complete"));
        row(table, "PGP Fingerprint", status, "pgp_fingerprint");
        row(table, "Encoded Token", status, "encoded_token");
        row(table, "OTP", status, "otp");
        row(table, "OTP Length", status, "otp_length");
        return table;
    }

    private static void row(Table table, String title, Map<String, Object> status, String name) {
        if (!Values.text(status, name).isEmpty()) {
            table.row(title, status.get(name));
        }
    }

    private static String next(Map<String, Object> status) {
        if (Values.bool(status, "complete")) {
            return (Values.text(status, "pgp_fingerprint").isEmpty() ? REVEAL : DECRYPT) + REVOKE;
        }
        if (!Values.bool(status, "started")) {
            return "Nothing is in progress. Start with: casemate operator generate-root -init\n";
        }
        long missing = Values.number(status, "required") - Values.number(status, "progress");
        String keep = Values.text(status, "otp").isEmpty()
                ? ""
                : "Keep the OTP: it is not shown again, and without it the token that comes out is of no use.\n";
        return keep + "Next: " + missing + (missing == 1 ? " more holder gives" : " more holders give")
                + " a share, each at an own terminal, under this nonce:\n  casemate operator generate-root\n";
    }
}
