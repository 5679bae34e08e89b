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
    private static final String ISSUER = "issuer-revoked/";
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
        editor.put(unlisted(issuer) + day(revocation) + "/" + serial, record);
        return revocation;
    }

    private static String day(Revocation revocation) {
        return CrlRolls.day(Math.max(CrlLedger.day(revocation.notAfter()), CrlLedger.day(revocation.when())));
    }

    /** Where revocations of {@code issuer} wait that no roll holds: by the day on which their certificates end. */
    static String unlisted(UUID issuer) {
        return UNLISTED + issuer + "/";
    }

    /** Marks an issuer as revoked itself; the first time counts. Whoever revokes it also takes its usage away. */
    public static void addIssuer(Editor editor, UUID issuer, Instant when) {
        if (editor.get(ISSUER + issuer).isEmpty()) {
            editor.put(
                    ISSUER + issuer,
                    ByteBuffer.allocate(9)
                            .put(Records.VERSION)
                            .putLong(when.getEpochSecond())
                            .array());
        }
    }

    /** When an issuer was revoked itself. */
    public Optional<Instant> ofIssuer(UUID issuer) {
        return view.get(ISSUER + issuer)
                .map(stored -> Instant.ofEpochSecond(
                        Records.body(ISSUER + issuer, stored, 8).getLong()));
    }

    /** Whether an issuer was revoked itself, as a transaction finds it. */
    public static boolean ofIssuer(Editor editor, UUID issuer) {
        return editor.get(ISSUER + issuer).isPresent();
    }

    /** One entry of the list of all revocations. */
    public record Listed(UUID issuer, String serial, Revocation revocation) {
        /** Where the next page begins. */
        public String cursor() {
            return issuer + "/" + serial;
        }
    }

    /** All revocations by issuer and serial number, at most {@code limit} after {@code cursor}. */
    public List<Listed> page(String cursor, int limit) {
        return view.list(ENTRY, cursor.isEmpty() ? "" : ENTRY + cursor, limit).stream()
                .flatMap(key -> view.get(key).stream().map(stored -> {
                    String[] parts = key.substring(ENTRY.length()).split("/", 2);
                    return new Listed(UUID.fromString(parts[0]), parts[1], parse(key, stored));
                }))
                .toList();
    }

    /** Forgets a revocation: of a certificate that has ended. What a CRL holds, it holds until its time. */
    public static void delete(Editor editor, Listed listed) {
        editor.delete(key(listed.issuer(), listed.serial()));
    }

    /** Gives a revocation of an issuer that is gone to {@code heir}, which has the same name and key. */
    public static void move(Editor editor, Listed listed, UUID heir) {
        String old = key(listed.issuer(), listed.serial());
        editor.get(old).ifPresent(record -> {
            editor.put(key(heir, listed.serial()), record);
            editor.delete(old);
            String waiting = day(listed.revocation()) + "/" + listed.serial();
            editor.get(unlisted(listed.issuer()) + waiting).ifPresent(unlisted -> {
                editor.put(unlisted(heir) + waiting, unlisted);
                editor.delete(unlisted(listed.issuer()) + waiting);
            });
        });
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
