package io.casemate.config;

/** Whether long-lived keys are drawn from an HSM's random numbers too, mixed with the kernel's. */
public enum EntropyMode {
    /** From the kernel's alone. */
    OFF,
    /** From both; while the HSM does not answer, from the kernel's alone, with a warning. */
    ON,
    /** From both, or no key is made. */
    REQUIRED
}
