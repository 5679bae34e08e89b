package io.casemate.hsm.jna;

/** What befalls a process from outside Casemate: another part of it that uses the same module. */
public final class TokenAccident {
    private TokenAccident() {}

    /** {@code C_CloseAllSessions}, which ends the login too. */
    public static Void closeAllSessions(Cryptoki module, String slot) {
        module.table.call(CFunction.C_CloseAllSessions, Long.parseUnsignedLong(slot));
        return null;
    }

    /** {@code C_Finalize}. */
    public static Void finish(Cryptoki module) {
        module.finish();
        return null;
    }
}
