package io.casemate.engine.pki.store;

import io.casemate.barrier.View;
import io.casemate.barrier.View.Editor;
import io.casemate.engine.pki.draft.LintedDraft;
import io.casemate.engine.pki.store.Revocations.Revocation;
import io.casemate.kernel.Fault;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * What was about to be signed. An intent is durable before its signature is made, and gives way to the certificate in one
 * transaction; so no certificate can exist of which nothing is known.
 *
 * <p>An intent that an earlier run left behind may have been signed or not; nobody was given the certificate. It is moved
 * to {@code abandoned/} as evidence and its serial number is revoked.
 */
public final class Journal {
    private static final String INTENT = "intent/";
    private static final String ABANDONED = "abandoned/";
    private static final int PAGE = 128;
    private static final byte CESSATION = 5;
    /** Version, run, issuer, end of the certificate; what is to be signed follows. */
    private static final int HEAD = 1 + 16 + 16 + 8;

    private final View view;
    private final UUID run;
    private final InstantSource clock;
    private volatile boolean swept;

    /** A journal below {@code view}; {@code run} tells this opening of the engine from earlier ones. */
    public Journal(View view, UUID run, InstantSource clock) {
        this.view = view;
        this.run = run;
        this.clock = clock;
    }

    /**
     * Writes the intent, and what {@code also} writes, as one. When this returns, the draft may be signed.
     *
     * @throws io.casemate.kernel.FaultException {@code Internal} when the serial number was used before
     */
    public void open(LintedDraft draft, UUID issuer, Consumer<Editor> also) {
        String serial = Ids.hex(draft.serial());
        byte[] tbs = draft.bytes();
        ByteBuffer out = ByteBuffer.allocate(HEAD + tbs.length).put(Records.VERSION);
        byte[] intent = Records.put(Records.put(out, run), issuer)
                .putLong(draft.notAfter().getEpochSecond())
                .put(tbs)
                .array();
        view.transact(editor -> {
            if (editor.get(INTENT + serial).isPresent()
                    || editor.get(ABANDONED + serial).isPresent()
                    || Certificates.has(editor, serial)) {
                throw new Fault.Internal("serial number " + Ids.colons(serial) + " drawn twice").asException();
            }
            editor.put(INTENT + serial, intent);
            also.accept(editor);
            return null;
        });
    }

    /**
     * The certificate takes the intent's place, together with what {@code also} writes.
     *
     * @throws io.casemate.kernel.FaultException {@code Unavailable} when the intent is not there any more: another opening of the
     *     engine took it for one left behind and revoked the serial number, so that nobody may be given the certificate
     */
    public void complete(LintedDraft draft, Certificates.Kept kept, Consumer<Editor> also) {
        String serial = Ids.hex(draft.serial());
        view.transact(editor -> {
            requireOwn(editor, serial);
            editor.delete(INTENT + serial);
            Certificates.put(editor, serial, kept);
            also.accept(editor);
            return null;
        });
    }

    private void requireOwn(Editor editor, String serial) {
        if (editor.get(INTENT + serial)
                .filter(stored -> Records.uuid(body(serial, stored)).equals(run))
                .isEmpty()) {
            throw new Fault.Unavailable(
                            "the mount was opened anew while certificate " + Ids.colons(serial)
                                    + " was made, which was revoked and is given to nobody: ask again",
                            Duration.ofSeconds(1))
                    .asException();
        }
    }

    private static ByteBuffer body(String serial, byte[] stored) {
        return Records.body(INTENT + serial, stored, HEAD);
    }

    /** Takes back an intent of which it is sure that no signature was made. */
    public void withdraw(LintedDraft draft) {
        view.delete(INTENT + Ids.hex(draft.serial()));
    }

    /** Settles what earlier runs left, a page at a time, once; later calls cost nothing. */
    public void sweep() {
        String after = "";
        while (!swept) {
            List<String> page = view.list(INTENT, after, PAGE);
            if (!page.isEmpty()) {
                view.transact(editor -> settle(editor, page));
                after = page.getLast();
            }
            swept = page.size() < PAGE;
        }
    }

    private Void settle(Editor editor, List<String> intents) {
        for (String key : intents) {
            editor.get(key).ifPresent(stored -> settle(editor, key.substring(INTENT.length()), stored));
        }
        return null;
    }

    private void settle(Editor editor, String serial, byte[] stored) {
        ByteBuffer in = body(serial, stored);
        if (Records.uuid(in).equals(run)) {
            return;
        }
        UUID issuer = Records.uuid(in);
        Instant notAfter = Instant.ofEpochSecond(in.getLong());
        editor.put(ABANDONED + serial, stored);
        editor.delete(INTENT + serial);
        Revocations.add(editor, issuer, serial, new Revocation(clock.instant(), notAfter, CESSATION));
    }
}
