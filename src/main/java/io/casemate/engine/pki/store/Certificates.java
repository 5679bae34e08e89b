package io.casemate.engine.pki.store;

import io.casemate.barrier.View;
import io.casemate.barrier.View.Editor;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Every certificate that was issued and is kept, by serial number (in storage form). */
public final class Certificates {
    private static final String ENTRY = "cert/";

    private final View view;

    /** Certificates below {@code view}. */
    public Certificates(View view) {
        this.view = view;
    }

    /** A kept certificate in DER, and who issued it. */
    public record Kept(UUID issuer, byte[] der) {}

    /** The certificate with this serial number. */
    public Optional<Kept> get(String serial) {
        return view.get(ENTRY + serial).map(stored -> {
            ByteBuffer in = Records.body(ENTRY + serial, stored, 17);
            return new Kept(Records.uuid(in), Records.rest(in));
        });
    }

    /** Whether a transaction sees a certificate with this serial number. */
    public static boolean has(Editor editor, String serial) {
        return editor.get(ENTRY + serial).isPresent();
    }

    /** Serial numbers in order. */
    public List<String> serials(String after, int limit) {
        return view.children(ENTRY, after, limit);
    }

    /** Forgets one. */
    public static void delete(Editor editor, String serial) {
        editor.delete(ENTRY + serial);
    }

    /** Writes one. */
    public static void put(Editor editor, String serial, Kept kept) {
        ByteBuffer out = ByteBuffer.allocate(17 + kept.der().length).put(Records.VERSION);
        editor.put(
                ENTRY + serial, Records.put(out, kept.issuer()).put(kept.der()).array());
    }
}
