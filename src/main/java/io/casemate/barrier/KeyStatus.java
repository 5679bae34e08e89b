package io.casemate.barrier;

import java.time.Instant;

/**
 * The active data key.
 *
 * @param encryptions values sealed under it; after a restart an upper bound, as blocks are reserved ahead
 */
public record KeyStatus(long term, Instant installed, long encryptions) {}
