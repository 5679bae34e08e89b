package io.casemate.kernel;

/** The only exception that crosses a room's border on purpose. Its message is the fault in words, never a secret. */
public final class FaultException extends RuntimeException {
    private final transient Fault fault;

    FaultException(Fault fault, Throwable cause) {
        super(fault.words(), cause);
        this.fault = fault;
    }

    /** What went wrong. */
    public Fault fault() {
        return fault;
    }

    /** Whether a single record may be what cannot be read, while the store goes on. */
    public boolean ofDamagedRecord() {
        return fault instanceof Fault.StorageFailed(Fault.StorageProblem problem, var _)
                && (problem == Fault.StorageProblem.CORRUPT || problem == Fault.StorageProblem.NEWER);
    }
}
