package io.casemate.hsm;

import io.casemate.kernel.Fault.HsmFailed;
import java.util.Optional;

/**
 * Told what outlives the process that talks to the library: what became of the PIN, and that calls hang. Called on the
 * threads that call the library, so an implementation is quick; what it throws ends the call.
 */
public interface HsmEvents {
    /** Nobody needs to know: what happens is remembered as long as the process lives. */
    HsmEvents UNHEARD = new HsmEvents() {};

    /** What the PIN was refused with before this process lived; it is then not tried before {@link Hsm#pinCorrected()}. */
    default Optional<HsmFailed> refusedBefore() {
        return Optional.empty();
    }

    /** The PIN goes to the token now. Nothing more comes if the library crashes on it. */
    default void loginBegins() {}

    /** The token took the PIN. */
    default void loginAccepted() {}

    /** The token refused the PIN, which will not be tried again before {@link Hsm#pinCorrected()}. */
    default void loginRefused(HsmFailed failure) {}

    /** The login came to nothing for another reason; the PIN may be tried again. */
    default void loginFailed() {}

    /** So many calls are inside the library after their deadline; told whenever it changes. */
    default void stuckCalls(int now) {}
}
