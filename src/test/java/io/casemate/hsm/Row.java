package io.casemate.hsm;

/** A row of the table in docs/hsm.md: what is tried on every module. */
record Row(String name, Check check) {
    /** Tries it; returns what the table says, fails when Casemate is wrong. */
    @FunctionalInterface
    interface Check {
        String on(ModuleToken token) throws Exception;
    }
}
