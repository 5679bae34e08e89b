package io.casemate.http;

import java.nio.file.Path;
import java.time.Duration;

/**
 * Where and how the API is served.
 *
 * @param address numeric address or host name to listen on
 * @param port TCP port; 0 lets the kernel choose, see {@link HttpServer#port()}
 * @param certificate PEM file with the server's certificate, leaf first, then its chain
 * @param key PEM file with the leaf's private key (PKCS#8, not encrypted)
 */
public record HttpSettings(String address, int port, Path certificate, Path key, Limits limits, Timeouts timeouts) {

    /** With the default limits and timeouts. */
    public static HttpSettings of(String address, int port, Path certificate, Path key) {
        return new HttpSettings(address, port, certificate, key, Limits.DEFAULT, Timeouts.DEFAULT);
    }

    /**
     * How much at once.
     *
     * @param body longest request body, in bytes
     * @param bodyMemory bytes of all request bodies held at the same time, and of what they are parsed to; at least {@code
     *     body}. One request gets at most two thirds of it, see {@link BodyMemory}
     * @param headers longest header section, in bytes
     * @param connections most connections open at once; the longest idle, silent or slow one makes room for a new one
     * @param concurrentRequests most requests worked on at once
     * @param queue most requests waiting for one of those places; more are answered 503
     * @param queueWait longest wait there
     */
    public record Limits(
            long body,
            long bodyMemory,
            int headers,
            int connections,
            int concurrentRequests,
            int queue,
            Duration queueWait) {

        /** 32 MiB a body as Vault has it, 16 KiB of headers, 1024 connections, 256 requests and as many waiting. */
        public static final Limits DEFAULT =
                new Limits(33_554_432L, defaultBodyMemory(), 16_384, 1024, 256, 256, Duration.ofSeconds(5));

        private static long defaultBodyMemory() {
            return Math.max(33_554_432L * 3 / 2, Runtime.getRuntime().maxMemory() / 4);
        }
    }

    /**
     * How slow a client may be before its connection is closed.
     *
     * @param handshake from accepting the connection to the end of the TLS handshake
     * @param head from the end of the handshake, or the first byte of a later request, to the end of its headers
     * @param body grace for a request body, on top of the time its bytes take at {@link #MIN_RATE}
     * @param write grace for taking an answer, on top of the time its bytes take at {@link #MIN_RATE}
     * @param idle between two requests
     * @param drain how long a stopping server waits for requests that are under way
     */
    public record Timeouts(
            Duration handshake, Duration head, Duration body, Duration write, Duration idle, Duration drain) {

        /** Slowest rate at which bodies and answers may move once their grace is used up, in bytes a second. */
        public static final int MIN_RATE = 16_384;

        /** No body takes longer than this, however large. */
        public static final Duration LONGEST_BODY = Duration.ofSeconds(90);

        /** Ten seconds for each step, a minute between requests, twenty seconds to finish. */
        public static final Timeouts DEFAULT = new Timeouts(
                Duration.ofSeconds(10),
                Duration.ofSeconds(10),
                Duration.ofSeconds(10),
                Duration.ofSeconds(10),
                Duration.ofSeconds(60),
                Duration.ofSeconds(20));
    }
}
