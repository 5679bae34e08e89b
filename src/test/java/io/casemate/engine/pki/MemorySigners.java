package io.casemate.engine.pki;

import io.casemate.crypto.KeyKind;
import io.casemate.crypto.Signer;
import io.casemate.crypto.Signers;
import io.casemate.crypto.SoftwareKeys;
import io.casemate.kernel.Fault;
import io.casemate.kernel.Fault.HsmProblem;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/** A token in memory, which can be taken away and given a false key. */
final class MemorySigners implements Signers {
    private final SoftwareKeys keys = new SoftwareKeys(new SecureRandom());
    private final Map<String, Signer> held = new ConcurrentHashMap<>();
    private volatile boolean away;
    private volatile Duration hung = Duration.ZERO;

    void away(boolean now) {
        away = now;
    }

    /** From now on every signature fails after so long. */
    void hang(Duration each) {
        hung = each;
    }

    void replace(String name, KeyKind kind) {
        held.put(name, keys.generate(kind));
    }

    Map<String, Signer> held() {
        return held;
    }

    @Override
    public Signer named(String name, String id) {
        refuseWhenAway("C_FindObjects");
        Signer signer = held.get(name);
        if (signer == null) {
            throw new Fault.HsmFailed("CKR_KEY_HANDLE_INVALID", "C_FindObjects", HsmProblem.SETUP, "no such key")
                    .asException();
        }
        return new TokenSigner(signer);
    }

    @Override
    public Signer generate(String name, KeyKind kind) {
        refuseWhenAway("C_GenerateKeyPair");
        if (held.containsKey(name)) {
            throw new Fault.HsmFailed("CKR_ATTRIBUTE_VALUE_INVALID", "C_GenerateKeyPair", HsmProblem.DATA, "name taken")
                    .asException();
        }
        held.put(name, keys.generate(kind));
        return named(name);
    }

    private void refuseWhenAway(String function) {
        if (away) {
            throw new Fault.HsmFailed("CKR_DEVICE_REMOVED", function, HsmProblem.AWAY, "wait").asException();
        }
    }

    private void refuseWhenHung() {
        Duration wait = hung;
        if (wait.isPositive()) {
            long end = System.nanoTime() + wait.toNanos();
            while (System.nanoTime() - end < 0) {
                LockSupport.parkNanos(end - System.nanoTime());
            }
            throw new Fault.HsmFailed("CKR_DEVICE_ERROR", "C_Sign", HsmProblem.AWAY, "it hung").asException();
        }
    }

    private final class TokenSigner implements Signer {
        private final Signer key;

        private TokenSigner(Signer key) {
            this.key = key;
        }

        @Override
        public KeyKind kind() {
            return key.kind();
        }

        @Override
        public PublicKey publicKey() {
            return key.publicKey();
        }

        @Override
        public byte[] sign(String algorithm, byte[] message) {
            refuseWhenAway("C_Sign");
            refuseWhenHung();
            return key.sign(algorithm, message);
        }
    }
}
