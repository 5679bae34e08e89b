package io.casemate.sys;

import io.casemate.core.RekeyStatus;
import io.casemate.core.RekeyStatus.Verification;
import io.casemate.kernel.Fault;
import io.casemate.seal.IssuedShares;
import io.casemate.seal.ShareBackup;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** The API's names for what a rekey tells. */
final class RekeyMembers {
    private RekeyMembers() {}

    static Map<String, Object> status(RekeyStatus status) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("nonce", status.nonce());
        members.put("started", status.started());
        members.put("t", status.threshold());
        members.put("n", status.shares());
        members.put("progress", status.progress());
        members.put("required", status.required());
        members.put("pgp_fingerprints", fingerprints(status.fingerprints()));
        options(members, status);
        return members;
    }

    static Map<String, Object> issued(RekeyStatus status, IssuedShares issued) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("nonce", status.nonce());
        members.put("complete", true);
        members.put("keys", issued.hex());
        members.put("keys_base64", issued.base64());
        members.put("pgp_fingerprints", fingerprints(issued.fingerprints()));
        options(members, status);
        return members;
    }

    static Map<String, Object> verification(Verification verification) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("nonce", verification.nonce());
        members.put("started", verification.started());
        members.put("t", verification.threshold());
        members.put("n", verification.shares());
        members.put("progress", verification.progress());
        return members;
    }

    static Map<String, Object> verified(String nonce) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("nonce", nonce);
        members.put("complete", true);
        return members;
    }

    static Map<String, Object> backup(Optional<ShareBackup> kept) {
        ShareBackup backup = kept.orElseThrow(() -> Fault.badRequest("no backed-up keys found"));
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("nonce", backup.nonce());
        members.put("keys", texts(backup, HexFormat.of()::formatHex));
        members.put("keys_base64", texts(backup, Base64.getEncoder()::encodeToString));
        return members;
    }

    private static Map<String, Object> texts(ShareBackup backup, Function<byte[], String> form) {
        Map<String, Object> texts = new LinkedHashMap<>();
        backup.messages()
                .forEach((fingerprint, own) ->
                        texts.put(fingerprint, own.stream().map(form).toList()));
        return texts;
    }

    private static void options(Map<String, Object> members, RekeyStatus status) {
        members.put("backup", status.options().backup());
        members.put("verification_required", status.options().verify());
        if (!status.verificationNonce().isEmpty()) {
            members.put("verification_nonce", status.verificationNonce());
        }
    }

    /** Vault's null for shares in clear. */
    private static List<String> fingerprints(List<String> fingerprints) {
        return fingerprints.isEmpty() ? null : fingerprints;
    }
}
