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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * {@code operator rekey} and {@code operator rotate-keys}: the same ceremony at the paths that Vault and OpenBao have for it.
 *
 * @param name the command's last word
 * @param barrier path below which the root key's ceremony lives
 * @param recovery the same for the recovery key
 */
public record RekeyCommand(String name, String barrier, String recovery) {
    private static final List<String> SHARES =
            List.of("key-shares", "n", "key-threshold", "t", "pgp-keys", "recipients");

    /** {@code operator rekey}. */
    public static Command rekey() {
        return new RekeyCommand("rekey", "sys/rekey", "sys/rekey-recovery-key").command();
    }

    /** {@code operator rotate-keys}. */
    public static Command rotateKeys() {
        return new RekeyCommand("rotate-keys", "sys/rotate/root", "sys/rotate/recovery").command();
    }

    private Command command() {
        return Command.of("operator " + name, "Replace the key shares by agreement of their holders", this::run)
                .takes("[KEY|-]")
                .with(
                        Flag.bool("init", "Start: how many new shares, and to whom."),
                        Flag.integer("key-shares", "Number of new shares, 5 by default."),
                        Flag.integer("n", "Short for -key-shares."),
                        Flag.integer("key-threshold", "How many of them will suffice, 3 by default."),
                        Flag.integer("t", "Short for -key-threshold."),
                        Flag.bool(
                                "verify",
                                "With -init: the new shares become valid only after enough of them were shown."
                                        + " Else: the share given, the status or the restart belongs to that proof."),
                        Flag.list("pgp-keys", "Files with one OpenPGP public key for each share, separated by commas."),
                        Flag.list("recipients", "The same with keys of any kind: files, or age1... itself."),
                        Flag.bool("backup", "With -init: keep the encrypted shares in the server."),
                        Flag.bool("backup-retrieve", "Show the shares that were kept."),
                        Flag.bool("backup-delete", "Delete them."),
                        Flag.text(
                                "target", "barrier, which is the default, or recovery for the shares of an HSM seal."),
                        Flag.text("nonce", "The ceremony's nonce; asked for with a share that is not typed."),
                        Flag.bool("status", "Show how far it is."),
                        Flag.bool("cancel", "End it; the present shares stay valid."))
                .example(
                        "operator " + name + " -init -key-shares=5 -key-threshold=3 -verify",
                        "operator " + name,
                        "operator " + name + " -verify",
                        "operator " + name + " -target=recovery -init -n 3 -t 2 -recipients=anna.asc,ben.pem,age1...");
    }

    private int run(Session session) {
        Arguments given = session.arguments();
        RekeyTarget target = target(given.text("target", "barrier"));
        String step = target.path() + (given.bool("verify") ? "/verify" : "/init");
        if (given.bool("backup-delete")) {
            return session.act("deleting backed-up keys", Call.delete(target.backup()), "The kept shares are deleted.");
        }
        if (given.bool("backup-retrieve")) {
            session.output().secret(session.send("retrieving backed-up keys", Call.get(target.backup())));
            return Exit.OK;
        }
        if (given.bool("cancel")) {
            return cancel(session, target, step);
        }
        if (given.bool("init")) {
            return start(session, target);
        }
        return given.bool("status") ? status(session, target, step) : give(session, target, step);
    }

    private RekeyTarget target(String named) {
        return switch (named.strip().toLowerCase(Locale.ROOT)) {
            case "barrier" -> new RekeyTarget(name, barrier, false);
            case "recovery", "hsm" -> new RekeyTarget(name, recovery, true);
            default -> throw CliFailure.local("-target is barrier or recovery, not \"" + named + "\"");
        };
    }

    private static int cancel(Session session, RekeyTarget target, String step) {
        String nonce = session.arguments().text("nonce", "");
        Call call = Call.delete(step);
        Answer answer = session.send("canceling rekey", nonce.isEmpty() ? call : call.with(Map.of("nonce", nonce)));
        if (session.arguments().bool("verify")) {
            return show(session, target.verification(members(answer)), members(answer));
        }
        session.output().sentence("Success! Canceled (if it was started). The present shares stay valid.");
        return Exit.OK;
    }

    private static int start(Session session, RekeyTarget target) {
        Arguments given = session.arguments();
        if (!given.has("target") && SHARES.stream().anyMatch(given::has) && target.withoutShares(session)) {
            throw CliFailure.local("This server unseals itself by its HSM: its shares are recovery shares. Add"
                    + " -target=recovery for new ones. (-target=barrier makes a new root key, and no shares.)");
        }
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("secret_shares", given.integer("key-shares", given.integer("n", 5)));
        body.put("secret_threshold", given.integer("key-threshold", given.integer("t", 3)));
        for (String kind : List.of("pgp-keys", "recipients")) {
            if (given.has(kind)) {
                body.put(kind.replace('-', '_'), KeyFiles.all(given.list(kind)));
            }
        }
        body.put("backup", given.bool("backup"));
        body.put("require_verification", given.bool("verify"));
        Map<String, Object> status =
                members(session.send("initializing rekey", Call.put(target.path() + "/init", body)));
        return show(session, target.started(status), status);
    }

    private static int status(Session session, RekeyTarget target, String step) {
        Map<String, Object> status = members(session.send("reading rekey status", Call.get(step)));
        boolean proof = step.endsWith("/verify");
        return show(session, proof ? target.verification(status) : target.status(status), status);
    }

    private static int give(Session session, RekeyTarget target, String step) {
        Map<String, Object> before = members(session.send("reading rekey status", Call.get(step)));
        if (!Values.bool(before, "started")) {
            throw CliFailure.local(target.notStarted(step.endsWith("/verify"))
                    + (target.withoutShares(session)
                            ? "\nThat of the recovery shares goes on with -target=recovery."
                            : ""));
        }
        GivenShare share = GivenShare.of(session, Values.text(before, "nonce"));
        String path = step.endsWith("/verify") ? step : target.path() + "/update";
        Map<String, Object> after = members(session.send("giving the share", Call.put(path, share.body())));
        if (!Values.bool(after, "complete")) {
            return show(session, step.endsWith("/verify") ? target.verification(after) : target.status(after), after);
        }
        return show(session, step.endsWith("/verify") ? target.proven(before) : target.issued(before, after), after);
    }

    private static int show(Session session, String text, Map<String, Object> members) {
        session.output().structured(members, () -> text);
        return Exit.OK;
    }

    /** The newer paths answer in the envelope, the older ones without. */
    private static Map<String, Object> members(Answer answer) {
        Map<String, Object> json = answer.json();
        return json.get("data") == null ? json : Values.map(json.get("data"));
    }
}
