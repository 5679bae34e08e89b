package io.casemate.engine.pki.store;

import io.casemate.barrier.View;
import io.casemate.barrier.View.Editor;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BiConsumer;

/**
 * Revoked serial numbers, a small record each, by issuer. To revoke costs the same at any number of them: it writes one
 * record and marks the issuer's CRL as stale.
 */
public final class Revocations {
    private static final String ENTRY = "revoked/";
    private static final String STALE = "crl-stale/";
    private static final int PAGE = 1000;

    private final View view;

    /** Revocations below {@code view}. */
    public Revocations(View view) {
        this.view = view;
    }

    /**
     * One revocation, times in whole seconds.
     *
     * @param notAfter when the certificate ends by itself
     * @param reason CRLReason, RFC 5280 5.3.1
     */
    public record Revocation(Instant when, Instant notAfter, byte reason) {}

    /** Whether and when {@code serial} of {@code issuer} was revoked. */
    public Optional<Revocation> get(UUID issuer, String serial) {
        return view.get(key(issuer, serial)).map(stored -> parse(key(issuer, serial), stored));
    }

    /** Records a revocation, unless there is one: the first one counts. Returns the one that counts. */
    public static Revocation add(Editor editor, UUID issuer, String serial, Revocation revocation) {
        String key = key(issuer, serial);
        Optional<byte[]> before = editor.get(key);
        if (before.isPresent()) {
            return parse(key, before.get());
        }
        editor.put(
                key,
                ByteBuffer.allocate(18)
                        .put(Records.VERSION)
                        .putLong(revocation.when().getEpochSecond())
                        .putLong(revocation.notAfter().getEpochSecond())
                        .put(revocation.reason())
                        .array());
        editor.put(STALE + issuer, Records.text(serial));
        return revocation;
    }

    /** What the newest revocation since the last CRL left as a mark; empty when the CRL holds them all. */
    public Optional<String> staleness(UUID issuer) {
        return view.get(STALE + issuer).map(mark -> Records.text(STALE + issuer, mark));
    }

    /** Takes the mark away, unless a revocation came after {@code mark} was read. */
    public static void settled(Editor editor, UUID issuer, String mark) {
        editor.get(STALE + issuer)
                .filter(now -> Records.text(STALE + issuer, now).equals(mark))
                .ifPresent(now -> editor.delete(STALE + issuer));
    }

    /** Shows every revocation of {@code issuer} to {@code use}, a page at a time. */
    public void each(UUID issuer, BiConsumer<String, Revocation> use) {
        String folder = ENTRY + issuer + "/";
        String after = "";
        List<String> page;
        do {
            page = view.list(folder, after, PAGE);
            for (String key : page) {
                view.get(key).ifPresent(stored -> use.accept(key.substring(folder.length()), parse(key, stored)));
                after = key;
            }
        } while (page.size() == PAGE);
    }

    /** Revoked serial numbers of one issuer, in order. */
    public List<String> serials(UUID issuer, String after, int limit) {
        return view.children(ENTRY + issuer + "/", after, limit);
    }

    /** Issuers that have revocations, gone ones included. */
    public List<UUID> issuers() {
        return view.children(ENTRY, "", Integer.MAX_VALUE).stream()
                .map(folder -> UUID.fromString(folder.substring(0, folder.length() - 1)))
                .toList();
    }

    private static Revocation parse(String key, byte[] stored) {
        ByteBuffer in = Records.body(key, stored, 17);
        return new Revocation(Instant.ofEpochSecond(in.getLong()), Instant.ofEpochSecond(in.getLong()), in.get());
    }

    private static String key(UUID issuer, String serial) {
        return ENTRY + issuer + "/" + serial;
    }
}
