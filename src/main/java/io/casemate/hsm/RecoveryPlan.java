package io.casemate.hsm;

import io.casemate.kernel.Fault.HsmFailed;

/**
 * The repairs of one call. The same failure again asks for a stronger remedy than the last; another failure starts with its
 * own mildest, since the first is over. Bounded in any case.
 */
final class RecoveryPlan {
    private static final int MOST_REPAIRS = 6;
    private static final int MOST_ATTEMPTS = 32;

    private Remedy tried = Remedy.NONE;
    private String lastCode = "";
    private int repairs;
    private int attempts;

    /**
     * What to do now; {@code NONE} when nothing is left.
     *
     * @param overtaken another thread's repair caused the failure: trying again is enough, and does not count as a repair
     */
    Remedy next(HsmFailed failed, boolean overtaken) {
        Remedy mildest = Remedy.of(failed);
        if (mildest == Remedy.NONE || ++attempts > MOST_ATTEMPTS) {
            return Remedy.NONE;
        }
        if (overtaken) {
            return mildest;
        }
        boolean again = failed.code().equals(lastCode);
        if ((again && tried == Remedy.RESET) || ++repairs > MOST_REPAIRS) {
            return Remedy.NONE;
        }
        tried = again ? mildest.atLeast(tried.stronger()) : mildest;
        lastCode = failed.code();
        return tried;
    }
}
