package io.casemate.kernel;

/** The only exception that crosses a room's border on purpose. Its message holds the fault, never a secret. */
public final class FaultException extends RuntimeException {
    private final transient Fault fault;

    FaultException(Fault fault, Throwable cause) {
        super(fault.toString(), cause);
        this.fault = fault;
    }

    /** What went wrong. */
    public Fault fault() {
        return fault;
    }
}
