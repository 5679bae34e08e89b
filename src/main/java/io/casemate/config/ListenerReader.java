package io.casemate.config;

import io.casemate.http.HttpSettings;
import io.casemate.http.HttpSettings.Limits;
import io.casemate.http.HttpSettings.Timeouts;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** Reads {@code listener}. */
final class ListenerReader {
    private static final int DEFAULT_PORT = 8200;

    private final Section section;

    ListenerReader(Section section) {
        this.section = section;
    }

    Optional<HttpSettings> read() {
        String address = section.setting("address").flatMap(Setting::words).orElse("0.0.0.0");
        int port = section.setting("port").flatMap(s -> s.number(0, 65_535)).orElse(DEFAULT_PORT);
        Optional<Path> certificate = section.required("tls_certificate", "a PEM file, the server's certificate first")
                .flatMap(Setting::path);
        Optional<Path> key = section.required("tls_key", "a PEM file with the private key (PKCS#8)")
                .flatMap(Setting::path);
        Section limits = section.section("limits");
        Limits bounds = limits(limits);
        Timeouts timeouts = timeouts(limits);
        limits.finish();
        section.finish();
        return certificate.isEmpty() || key.isEmpty()
                ? Optional.empty()
                : Optional.of(new HttpSettings(address, port, certificate.get(), key.get(), bounds, timeouts));
    }

    private static Limits limits(Section section) {
        Limits usual = Limits.DEFAULT;
        long body = section.setting("body").flatMap(s -> s.size(1024, 1 << 30)).orElse(usual.body());
        return new Limits(
                body,
                section.setting("body_memory")
                        .flatMap(s -> s.size(body, 1L << 40))
                        .orElse(Math.max(body * 3 / 2, usual.bodyMemory())),
                section.setting("headers")
                        .flatMap(s -> s.size(4096, 1 << 20))
                        .map(Math::toIntExact)
                        .orElse(usual.headers()),
                number(section, "connections", usual.connections()),
                number(section, "concurrent_requests", usual.concurrentRequests()),
                number(section, "queue", usual.queue()),
                duration(section, "queue_wait", usual.queueWait()));
    }

    private static Timeouts timeouts(Section section) {
        Timeouts usual = Timeouts.DEFAULT;
        return new Timeouts(
                duration(section, "handshake_timeout", usual.handshake()),
                duration(section, "head_timeout", usual.head()),
                duration(section, "body_timeout", usual.body()),
                duration(section, "write_timeout", usual.write()),
                duration(section, "idle_timeout", usual.idle()),
                duration(section, "drain_timeout", usual.drain()));
    }

    private static int number(Section section, String key, int usual) {
        return section.setting(key).flatMap(s -> s.number(1, 1_000_000)).orElse(usual);
    }

    private static Duration duration(Section section, String key, Duration usual) {
        return section.setting(key).flatMap(Setting::duration).orElse(usual);
    }
}
