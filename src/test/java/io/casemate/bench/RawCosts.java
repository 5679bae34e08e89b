package io.casemate.bench;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.Signature;
import java.util.Locale;

/** What keys and signatures cost in the JDK with nothing around them, in microseconds of processor time. */
final class RawCosts {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final byte[] MESSAGE = new byte[600];

    private RawCosts() {}

    private interface Work {
        void run() throws GeneralSecurityException;
    }

    /** One line; each figure is the mean of {@code count}, after as many that are not counted. */
    static void print(int count) throws GeneralSecurityException {
        KeyPair ec = Floors.keyPair();
        KeyPair rsa = Floors.rsaPair();
        byte[] ecSignature = Floors.signature(ec, "SHA256withECDSA", MESSAGE);
        byte[] rsaSignature = Floors.signature(rsa, "SHA256withRSA", MESSAGE);
        System.out.printf(
                Locale.ROOT,
                "P-256 key %.0f, sign %.0f, verify %.0f; RSA-2048 key %.0f, sign %.0f, verify %.0f.%n",
                micros(count, Floors::keyPair),
                micros(count, () -> Floors.signature(ec, "SHA256withECDSA", MESSAGE)),
                micros(count, () -> verify(ec, "SHA256withECDSA", ecSignature)),
                micros(Math.max(1, count / 100), Floors::rsaPair),
                micros(count, () -> Floors.signature(rsa, "SHA256withRSA", MESSAGE)),
                micros(count, () -> verify(rsa, "SHA256withRSA", rsaSignature)));
    }

    private static void verify(KeyPair pair, String algorithm, byte[] signature) throws GeneralSecurityException {
        Signature verifier = Signature.getInstance(algorithm);
        verifier.initVerify(pair.getPublic());
        verifier.update(MESSAGE);
        if (!verifier.verify(signature)) {
            throw new IllegalStateException("a signature of our own does not verify");
        }
    }

    private static double micros(int count, Work work) throws GeneralSecurityException {
        long begun = 0;
        for (int i = -count; i < count; i++) {
            begun = i == 0 ? THREADS.getCurrentThreadCpuTime() : begun;
            work.run();
        }
        return (THREADS.getCurrentThreadCpuTime() - begun) / 1000.0 / count;
    }
}
