package io.casemate.engine.pki.store;

import io.casemate.barrier.View;
import io.casemate.barrier.View.Editor;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Revoked serial numbers, a small record each, by issuer. To revoke costs the same at any number of them: it writes one
 * record, and one more that waits until the next CRL is made ({@link CrlRolls}).
 */
public final class Revocations {
    private static final String ENTRY = "revoked/";
    private static final String UNLISTED = "unlisted/";

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
        byte[] record = ByteBuffer.allocate(18)
                .put(Records.VERSION)
                .putLong(revocation.when().getEpochSecond())
                .putLong(revocation.notAfter().getEpochSecond())
                .put(revocation.reason())
                .array();
        editor.put(key, record);
        int day = Math.max(CrlLedger.day(revocation.notAfter()), CrlLedger.day(revocation.when()));
        editor.put(unlisted(issuer) + CrlRolls.day(day) + "/" + serial, record);
        return revocation;
    }

    /** Where revocations of {@code issuer} wait that no roll holds: by the day on which their certificates end. */
    static String unlisted(UUID issuer) {
        return UNLISTED + issuer + "/";
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

    static Revocation parse(String key, byte[] stored) {
        ByteBuffer in = Records.body(key, stored, 17);
        return new Revocation(Instant.ofEpochSecond(in.getLong()), Instant.ofEpochSecond(in.getLong()), in.get());
    }

    private static String key(UUID issuer, String serial) {
        return ENTRY + issuer + "/" + serial;
    }
}
