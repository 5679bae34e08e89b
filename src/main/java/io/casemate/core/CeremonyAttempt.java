package io.casemate.core;

import io.casemate.kernel.Fault;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** The one attempt at a ceremony that may be under way: only while the server is open, under the ceremony's lock. */
final class CeremonyAttempt<A extends CeremonyAttempt.Attempt> {
    /** What holders of shares work on together; closing wipes it. */
    interface Attempt extends AutoCloseable {
        /** Who has agreed so far. */
        Quorum quorum();

        @Override
        void close();
    }

    private final BarrierOpener opener;
    private A attempt;

    CeremonyAttempt(BarrierOpener opener) {
        this.opener = opener;
    }

    /** Does the work with the lock held; {@code Sealed} while the server is sealed. */
    <T> T locked(Supplier<T> work) {
        opener.ceremony().lock();
        try {
            opener.requireOpen();
            return work.get();
        } finally {
            opener.ceremony().unlock();
        }
    }

    /** The attempt, if there is one; call it with the lock held. */
    Optional<A> now() {
        return Optional.ofNullable(attempt);
    }

    /** The attempt; {@code BadRequest} with these words when there is none. Call it with the lock held. */
    A underWay(String otherwise) {
        return now().orElseThrow(() -> Fault.badRequest(otherwise));
    }

    /** Begins one, unless there is one: {@code BadRequest} with these words then. Call it with the lock held. */
    A begin(Supplier<A> made, String otherwise) {
        if (attempt != null) {
            throw Fault.badRequest(otherwise);
        }
        attempt = made.get();
        return attempt;
    }

    /** Ends the attempt, if there is one, and tells before; a nonce that is not empty must be its nonce. */
    void cancel(String nonce, Consumer<A> telling) {
        locked(() -> {
            now().ifPresent(mine -> {
                if (!nonce.isEmpty()) {
                    mine.quorum().requireNonce(nonce);
                }
                telling.accept(mine);
                forget();
            });
            return true;
        });
    }

    /** Wipes what is under way; called when the server seals, too. */
    void forget() {
        opener.ceremony().lock();
        try {
            now().ifPresent(Attempt::close);
            attempt = null;
        } finally {
            opener.ceremony().unlock();
        }
    }
}
