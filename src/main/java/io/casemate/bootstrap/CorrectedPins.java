package io.casemate.bootstrap;

import io.casemate.config.SealConfig;
import io.casemate.config.SecretReference;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which PINs were written anew. SIGHUP is sent by log rotation, too, and must not spend a try of a PIN that was refused: only
 * one that has changed since may be tried. The PIN itself is not looked at; it may be another process's alone.
 */
final class CorrectedPins {
    private final Map<String, SecretReference> pins = new HashMap<>();
    private final Map<String, String> versions = new HashMap<>();

    /** As they are now. */
    CorrectedPins(List<SealConfig> seals) {
        for (SealConfig each : seals) {
            if (each instanceof SealConfig.Pkcs11 seal) {
                pins.put(seal.name(), seal.pin());
                versions.put(seal.name(), seal.pin().version());
            }
        }
    }

    /** The seals whose PIN was written anew since the last call, or since the start. */
    synchronized Set<String> seals() {
        return pins.keySet().stream().filter(this::changed).collect(Collectors.toSet());
    }

    private boolean changed(String seal) {
        String now = pins.get(seal).version();
        return !now.isEmpty() && !now.equals(versions.put(seal, now));
    }
}
