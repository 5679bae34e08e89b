package io.casemate.seal;

import io.casemate.kernel.Fault;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Encrypted shares, kept until somebody deletes them, in case a holder lost his or the answer that held them never arrived.
 * Not secret: only the holders read them.
 *
 * @param nonce of the ceremony that made them
 * @param messages by fingerprint of the holder's key, who may hold several
 */
public record ShareBackup(String nonce, Map<String, List<byte[]>> messages) {
    /** Name of the record for shares of the unseal key. */
    public static final String UNSEAL = "core/unseal-keys-backup";
    /** Name of the record for shares of the recovery key. */
    public static final String RECOVERY = "core/recovery-keys-backup";

    /** Of shares that are encrypted. */
    public static ShareBackup of(String nonce, IssuedShares shares) {
        Map<String, List<byte[]>> messages = new TreeMap<>();
        for (int i = 0; i < shares.fingerprints().size(); i++) {
            messages.computeIfAbsent(shares.fingerprints().get(i), _ -> new ArrayList<>())
                    .add(shares.contents().get(i).expose().clone());
        }
        return new ShareBackup(nonce, messages);
    }

    /** As it is stored. */
    public byte[] encode() {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("nonce", nonce);
        Map<String, Object> texts = new LinkedHashMap<>();
        messages.forEach((fingerprint, own) -> texts.put(
                fingerprint,
                own.stream().map(Base64.getEncoder()::encodeToString).toList()));
        members.put("keys", texts);
        return SealRecord.encode(members);
    }

    /**
     * From what is stored.
     *
     * @param name of the record
     * @throws io.casemate.kernel.FaultException {@code StorageFailed} when it is not what {@link #encode} makes
     */
    public static ShareBackup decode(String name, byte[] record) {
        return SealRecord.decode(
                name, record, members -> new ShareBackup(SealRecord.text(members, "nonce"), messages(members)));
    }

    private static Map<String, List<byte[]>> messages(Map<String, Object> members) {
        if (!(members.get("keys") instanceof Map<?, ?> texts)) {
            throw Fault.badRequest("member keys is missing");
        }
        Map<String, List<byte[]>> messages = new TreeMap<>();
        texts.forEach((fingerprint, own) -> messages.put(fingerprint.toString(), decoded(own)));
        return messages;
    }

    private static List<byte[]> decoded(Object texts) {
        if (!(texts instanceof List<?> items)) {
            throw Fault.badRequest("member keys holds other than lists");
        }
        return items.stream()
                .map(item -> SealRecord.base64(Map.of("message", item), "message"))
                .toList();
    }
}
