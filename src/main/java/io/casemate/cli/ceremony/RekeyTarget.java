package io.casemate.cli.ceremony;

import io.casemate.cli.command.Session;
import io.casemate.cli.http.Values;
import io.casemate.cli.output.Table;
import java.util.List;
import java.util.Map;

/**
 * Which shares are replaced, and everything people are told about it: what happened, what is next, what not to lose.
 *
 * @param command the command's last word
 * @param path below which its ceremony lives
 * @param recovery shares of the recovery key, which authorise and do not unseal
 */
record RekeyTarget(String command, String path, boolean recovery) {
    /** Where the encrypted shares are kept; Vault has put one of them elsewhere. */
    String backup() {
        return path.equals("sys/rekey-recovery-key") ? "sys/rekey/recovery-key-backup" : path + "/backup";
    }

    /** Whether this ceremony is about the root key of a server that an HSM unseals: no shares come out of it. */
    boolean withoutShares(Session session) {
        return !recovery && SealStatus.byHsm(session, "reading the seal");
    }

    String started(Map<String, Object> status) {
        return status(status)
                + (Values.bool(status, "verification_required") || Values.number(status, "n") == 0
                        ? ""
                        : "\nWARNING! The new shares become valid the moment they are shown, and the present ones invalid.\n"
                                + "A terminal that loses them loses the " + (recovery ? "recovery shares" : "data")
                                + ". To be safe, cancel, and start again with -verify:\n  " + line("-cancel") + "\n");
    }

    String status(Map<String, Object> status) {
        if (!Values.bool(status, "started")) {
            return notStarted(false) + "\n";
        }
        long missing = Values.number(status, "required") - Values.number(status, "progress");
        Table table = Table.plain()
                .row("Nonce", status.get("nonce"))
                .row("Started", true)
                .row("Rekey Progress", status.get("progress") + "/" + status.get("required"))
                .row("New Shares", status.get("n"))
                .row("New Key Threshold", status.get("t"))
                .row("Verification Required", Values.bool(status, "verification_required"));
        for (String fingerprint : Values.texts(status.get("pgp_fingerprints"))) {
            table.row("Fingerprint", fingerprint);
        }
        if (Values.bool(status, "backup")) {
            table.row("Backup", true);
        }
        return table.render() + "\n" + next(status, missing);
    }

    private String next(Map<String, Object> status, long missing) {
        if (status.get("verification_nonce") != null) {
            return "Next: the new shares are out and have to be shown before they are valid:\n  " + line("-verify")
                    + "\n";
        }
        return "Next: " + missing + (missing == 1 ? " more holder gives" : " more holders give")
                + " the present share, each at an own terminal, under this nonce:\n  " + line("") + "\n"
                + "Nothing changes before the last one is given. To stop: " + line("-cancel") + "\n";
    }

    String issued(Map<String, Object> before, Map<String, Object> after) {
        List<String> keys = Values.texts(after.get("keys_base64"));
        if (keys.isEmpty()) {
            return "Success! The server has a new root key, wrapped by its HSM. Nobody's shares have changed.\n";
        }
        List<String> fingerprints = Values.texts(after.get("pgp_fingerprints"));
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < keys.size(); i++) {
            out.append("Key ").append(i + 1);
            out.append(fingerprints.isEmpty() ? ": " : " fingerprint: " + fingerprints.get(i) + "; value: ");
            out.append(keys.get(i)).append('\n');
        }
        out.append("\nOperation nonce: ").append(after.get("nonce")).append("\n\n");
        out.append(Values.bool(after, "verification_required") ? unproven(before, after) : valid(before));
        if (Values.bool(after, "backup")) {
            out.append("\nThe encrypted shares are kept in the server until you delete them: ")
                    .append(line("-backup-retrieve"))
                    .append(", -backup-delete\n");
        }
        return out.append(ShareText.decryption(fingerprints)).toString();
    }

    private String unproven(Map<String, Object> before, Map<String, Object> after) {
        return "These shares are NOT valid yet, and the present ones still are: do not lose or destroy the present ones now.\n"
                + "Give each new share to its holder. Next: " + before.get("t")
                + " of the holders show that they have theirs:\n  " + line("-verify") + "\n"
                + "under the nonce " + after.get("verification_nonce") + "\n"
                + "With the last one the new shares become valid, and the present ones invalid.\n";
    }

    private String valid(Map<String, Object> before) {
        return "Success! The former shares are no longer valid. From now on " + before.get("t") + " of these "
                + before.get("n") + " shares " + does() + ".\n"
                + "Give each to another person, and keep none here: this is the only time they are shown.\n"
                + (recovery ? "" : "They are not stored anywhere: without them, the data is lost for ever.\n");
    }

    String verification(Map<String, Object> status) {
        if (!Values.bool(status, "started")) {
            return notStarted(true) + "\n";
        }
        long missing = Values.number(status, "t") - Values.number(status, "progress");
        Table table = Table.plain()
                .row("Verification Nonce", status.get("nonce"))
                .row("Verification Progress", status.get("progress") + "/" + status.get("t"))
                .row("New Shares", status.get("n"));
        return table.render() + "\nNext: " + missing + (missing == 1 ? " more holder shows" : " more holders show")
                + " the new share:\n  " + line("-verify") + "\nThe former shares stay valid until then.\n";
    }

    String proven(Map<String, Object> before) {
        return "Success! The new shares are valid: " + before.get("t") + " of " + before.get("n") + " " + does() + ".\n"
                + "The former ones are not valid any more and can be destroyed.\n";
    }

    String notStarted(boolean proof) {
        return proof
                ? "No new shares wait for a proof. 'casemate operator " + command + " -status' tells what is under way."
                : "No rekey is in progress. Start one with: " + line("-init");
    }

    private String does() {
        return recovery ? "allow to make a root token or new recovery shares" : "unseal the server";
    }

    private String line(String flags) {
        return "casemate operator " + command + (recovery ? " -target=recovery" : "")
                + (flags.isEmpty() ? "" : " " + flags);
    }
}
