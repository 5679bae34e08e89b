package io.casemate.mount;

import io.casemate.barrier.MemoryView;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Map;

/** What engines are given in tests. */
public final class Worlds {
    private Worlds() {}

    /** Without an HSM. */
    public static EngineWorld withoutHsm(InstantSource clock) {
        return new EngineWorld(null, new ManagedKeyStore(new MemoryView(), Map.of()), new SecureRandom(), clock);
    }
}
