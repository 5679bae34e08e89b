package io.casemate.cli.http;

import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;

/**
 * Does the slowest part of the first TLS handshake beside everything else: the JDK computes a table of P-256 points in
 * cold code, which takes a third of a command's whole time (ADR 0008). Every handshake needs it, so nothing is wasted.
 */
final class Warmup {
    private Warmup() {}

    static void start() {
        Thread.ofPlatform().daemon().name("warm-up").start(Warmup::run);
    }

    private static void run() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            // A platform without P-256 has nothing to warm; the handshake itself says what is missing.
            System.getLogger("casemate.cli").log(System.Logger.Level.DEBUG, "no P-256 to warm up", e);
        }
    }
}
