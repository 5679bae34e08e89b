package io.casemate.hsm;

import io.casemate.crypto.Signers;
import io.casemate.hsm.jna.TokenInfo;
import io.casemate.kernel.FaultException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/** The token reached in this process. */
final class TokenHsm implements Hsm {
    private final AtomicBoolean closed = new AtomicBoolean();
    private final HsmSettings settings;
    private final SecureRandom random;
    private final NativeCalls calls;
    private final TokenLink link;

    TokenHsm(HsmSettings settings, SecureRandom random, HsmEvents events) {
        this.settings = settings;
        this.random = random;
        this.calls = new NativeCalls(settings.maxSessions(), events::stuckCalls);
        this.link = new TokenLink(settings, events);
    }

    @Override
    public WrappingKey wrappingKey(WrappingKeySettings key) {
        return new TokenWrappingKey(settings, calls, link, key, random);
    }

    @Override
    public Signers signers() {
        return new TokenSigners(settings, calls, link, random);
    }

    @Override
    public void random(byte[] out) {
        byte[] made = calls.call(
                settings.callTimeout(),
                () -> link.run(connection -> {
                    byte[] bytes = new byte[out.length];
                    connection.with(session -> {
                        session.module().crypto().random(session.handle(), bytes);
                        return null;
                    });
                    return bytes;
                }));
        System.arraycopy(made, 0, out, 0, out.length);
        Arrays.fill(made, (byte) 0);
    }

    @Override
    public HsmHealth health() {
        try {
            return calls.call(
                    settings.callTimeout(),
                    () -> link.bare(module -> {
                        TokenInfo token = TokenSearch.find(module, settings).token();
                        return health(token, module.libraryDescription());
                    }));
        } catch (FaultException _) {
            return health(null, "");
        }
    }

    private HsmHealth health(TokenInfo token, String library) {
        Connection connection = link.current();
        TokenInfo known = token == null && connection != null ? connection.token() : token;
        return new HsmHealth(
                token != null,
                connection != null,
                known == null ? "" : known.label(),
                known == null ? "" : known.serial(),
                known == null ? "" : known.model(),
                known == null ? "" : known.firmware(),
                library,
                link.pinGuard().state(token),
                connection == null ? 0 : connection.openSessions(),
                calls.stuck(),
                link.lastError());
    }

    @Override
    public List<SlotDescription> slots() {
        return calls.call(settings.callTimeout(), () -> link.bare(TokenSearch::describe));
    }

    @Override
    public HsmEvidence evidence() {
        return calls.call(
                settings.callTimeout().multipliedBy(HsmSettings.GENERATION_FACTOR),
                () -> link.run(EvidenceReader::read));
    }

    /** Whether the token has such an object. */
    boolean has(KeyRef key) {
        return calls.call(settings.callTimeout(), () -> link.run(connection -> connection.has(key)));
    }

    @Override
    public void pinCorrected() {
        link.pinGuard().corrected();
    }

    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        try {
            calls.call(settings.callTimeout(), () -> {
                link.close();
                return null;
            });
        } catch (FaultException e) {
            System.getLogger("casemate.hsm").log(System.Logger.Level.WARNING, "closing the HSM: {0}", e.getMessage());
        } finally {
            calls.close();
        }
    }
}
