package io.casemate.core;

import io.casemate.barrier.Barrier;
import io.casemate.barrier.BootRecords;
import io.casemate.seal.SealSet;
import java.security.SecureRandom;
import java.time.InstantSource;

/** What the ceremonies work on. */
public record SealParts(
        Barrier barrier,
        BootRecords records,
        SealSet seals,
        Lifecycle lifecycle,
        SecureRandom random,
        InstantSource clock) {}
