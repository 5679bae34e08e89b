package io.casemate.engine.pki;

import io.casemate.crypto.KeyKind;
import io.casemate.crypto.SoftwareKeys;
import io.casemate.crypto.SoftwareSigner;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Makes software keys. RSA keys take up to seconds of processor time: they are made on a few threads of their own, so
 * that they cannot keep every request's thread waiting.
 */
final class KeyForge {
    private static final int THREADS = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
    private static final ExecutorService RSA = pool();

    private KeyForge() {}

    /** A key that is handed out. */
    static SoftwareSigner make(SoftwareKeys keys, KeyKind kind) {
        return make(kind, () -> keys.generate(kind));
    }

    /** A key that stays, a CA's: random numbers of the HSM are mixed in where that is configured. */
    static SoftwareSigner bear(SoftwareKeys keys, KeyKind kind) {
        return make(kind, () -> keys.bear(kind));
    }

    private static SoftwareSigner make(KeyKind kind, Supplier<SoftwareSigner> maker) {
        if (!kind.type().equals("rsa")) {
            return maker.get();
        }
        try {
            return CompletableFuture.supplyAsync(maker, RSA).join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    private static ExecutorService pool() {
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                THREADS,
                THREADS,
                10,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                Thread.ofPlatform().name("pki-rsa-", 0).daemon().factory());
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }
}
