package io.casemate.mount;

import io.casemate.crypto.Signers;
import java.security.SecureRandom;
import java.time.InstantSource;

/** What every engine is given beside its storage. */
public record EngineWorld(Signers signers, ManagedKeyStore managed, SecureRandom random, InstantSource clock) {}
