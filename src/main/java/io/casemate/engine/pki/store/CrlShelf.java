package io.casemate.engine.pki.store;

import io.casemate.barrier.View;
import io.casemate.barrier.View.Editor;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * Finished CRLs, cut into pieces so that no stored value grows with the number of revocations. The pieces of a new CRL
 * are written first and count only when its state record points to them.
 */
public final class CrlShelf {
    private static final String ENTRY = "crl/";
    private static final int PIECE = 128 * 1024;

    private final View view;

    /** CRLs below {@code view}. */
    public CrlShelf(View view) {
        this.view = view;
    }

    /** What is known of the newest CRL without reading it. */
    public record State(long number, Instant thisUpdate, Instant nextUpdate, int pieces, int entries) {}

    /** The newest CRL's state. */
    public Optional<State> state(UUID issuer) {
        String key = ENTRY + issuer + "/state";
        return view.get(key).map(stored -> {
            Map<String, Object> members = Records.members(stored);
            return new State(
                    number(members, "number"),
                    Instant.ofEpochSecond(number(members, "this_update")),
                    Instant.ofEpochSecond(number(members, "next_update")),
                    Math.toIntExact(number(members, "pieces")),
                    Math.toIntExact(number(members, "entries")));
        });
    }

    /** The CRL that {@code state} speaks of, in DER; empty when a newer one took its place meanwhile. */
    public Optional<byte[]> read(UUID issuer, State state) {
        java.io.ByteArrayOutputStream out = new java.io.ByteArrayOutputStream();
        for (int i = 0; i < state.pieces(); i++) {
            Optional<byte[]> piece = view.get(piece(issuer, state.number(), i));
            if (piece.isEmpty()) {
                return Optional.empty();
            }
            out.write(piece.get(), 1, piece.get().length - 1);
        }
        return Optional.of(out.toByteArray());
    }

    /** How many pieces a CRL of {@code length} bytes makes. */
    public static int pieces(int length) {
        return (length + PIECE - 1) / PIECE;
    }

    /** Publishes a CRL in place of {@code old}, together with what {@code also} writes. */
    public void publish(UUID issuer, byte[] der, State state, Optional<State> old, Consumer<Editor> also) {
        for (int i = 0; i < state.pieces(); i++) {
            byte[] piece = Arrays.copyOfRange(der, i * PIECE, Math.min(der.length, (i + 1) * PIECE));
            byte[] record = new byte[piece.length + 1];
            record[0] = Records.VERSION;
            System.arraycopy(piece, 0, record, 1, piece.length);
            view.put(piece(issuer, state.number(), i), record);
        }
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("number", state.number());
        members.put("this_update", state.thisUpdate().getEpochSecond());
        members.put("next_update", state.nextUpdate().getEpochSecond());
        members.put("pieces", state.pieces());
        members.put("entries", state.entries());
        view.transact(editor -> {
            editor.put(ENTRY + issuer + "/state", Records.json(members));
            old.ifPresent(gone -> {
                for (int i = 0; i < gone.pieces(); i++) {
                    editor.delete(piece(issuer, gone.number(), i));
                }
            });
            also.accept(editor);
            return null;
        });
    }

    private static long number(Map<String, Object> members, String name) {
        return (Long) members.get(name);
    }

    private static String piece(UUID issuer, long number, int index) {
        return "%s%s/%019d/%06d".formatted(ENTRY, issuer, number, index);
    }
}
