package io.casemate.engine.pki.govern;

import io.casemate.engine.pki.govern.Limits.Kind;
import io.casemate.engine.pki.govern.Meter.Crowded;
import io.casemate.engine.pki.name.Printable;
import io.casemate.kernel.Fault;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * Keeps issuing within limits: a client gone mad fills neither the storage nor the HSM's queue, and one switch stops
 * everything. Counts live in memory and begin anew with the server; what was issued is on record in any case.
 */
public final class Governor {
    private static final int MOST_REMEMBERED = 20_000;
    private static final Duration PAUSE = Duration.ofSeconds(30);

    private final Supplier<Limits> limits;
    private final InstantSource clock;
    /** One for each kind: names, which whoever asks makes up, fill no place but their own. */
    private final Map<Kind, Meter> meters = new EnumMap<>(Kind.class);

    private final Map<String, Known> known = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Known> eldest) {
            return size() > MOST_REMEMBERED;
        }
    };

    /** Governs by what {@code limits} says at each call. */
    public Governor(Supplier<Limits> limits, InstantSource clock) {
        this.limits = limits;
        this.clock = clock;
        for (Kind kind : Kind.values()) {
            meters.put(kind, new Meter(Crowded.PASS));
        }
    }

    private record Known(String serial, Instant since) {}

    /** What is about to be counted: kind and value, such as a role's name. */
    public record Count(Kind kind, String value) {}

    /** What a certificate for these names counts as, whoever asks for it. */
    public static List<Count> counts(List<String> names, String role, UUID issuer) {
        List<Count> counts = new ArrayList<>();
        names.forEach(name -> counts.add(new Count(Kind.NAME, name)));
        counts.add(new Count(Kind.ROLE, role));
        counts.add(new Count(Kind.ISSUER, issuer.toString()));
        return counts;
    }

    /**
     * Refuses while everything is frozen.
     *
     * @throws io.casemate.kernel.FaultException {@code Unavailable} with the reason that was given
     */
    public void refuseFrozen() {
        Limits now = limits.get();
        if (now.frozen()) {
            String reason = now.reason().isEmpty() ? "" : ": " + Printable.of(now.reason());
            throw new Fault.Unavailable("issuing is frozen by config/governor" + reason, PAUSE).asException();
        }
    }

    /**
     * Counts a certificate while {@code work} makes it; when that fails, nothing is counted.
     *
     * @throws io.casemate.kernel.FaultException {@code QuotaExceeded} naming the limit; {@code work} is not begun then
     */
    public <T> T counted(List<Count> counts, Supplier<T> work) {
        Limits now = limits.get();
        List<Count> taken = new ArrayList<>();
        try {
            counts.stream().distinct().forEach(count -> {
                take(now, count);
                taken.add(count);
            });
            return work.get();
        } catch (RuntimeException e) {
            taken.forEach(count -> giveBack(now, count));
            throw e;
        }
    }

    /** Whether the same request shall get the same certificate for a while. */
    public boolean remembers() {
        return !limits.get().sameRequest().isZero();
    }

    /** The serial number that a request of this fingerprint got, if it is to get it again. */
    public Optional<String> before(String fingerprint) {
        Duration window = limits.get().sameRequest();
        if (window.isZero()) {
            return Optional.empty();
        }
        synchronized (known) {
            return Optional.ofNullable(known.get(fingerprint))
                    .filter(found -> found.since().plus(window).isAfter(clock.instant()))
                    .map(Known::serial);
        }
    }

    /** Remembers what a request got. */
    public void remember(String fingerprint, String serial) {
        if (remembers()) {
            synchronized (known) {
                known.put(fingerprint, new Known(serial, clock.instant()));
            }
        }
    }

    private void take(Limits now, Count count) {
        long most = now.counts().get(count.kind());
        if (most == 0) {
            return;
        }
        meters.get(count.kind())
                .take(count.value(), most, now.window(), clock.instant())
                .ifPresent(wait -> {
                    String kind = count.kind().name().toLowerCase(Locale.ROOT);
                    throw new Fault.QuotaExceeded(
                                    "more than " + most + " certificates in "
                                            + now.window().toSeconds() + " s for the " + kind
                                            + (count.kind() == Kind.TOKEN
                                                    ? ""
                                                    : " '" + Printable.of(count.value()) + "'")
                                            + " (config/governor, per_" + kind + ")",
                                    wait.plusSeconds(1),
                                    Map.of())
                            .asException();
                });
    }

    private void giveBack(Limits now, Count count) {
        long most = now.counts().get(count.kind());
        if (most > 0) {
            meters.get(count.kind()).giveBack(count.value(), most, now.window());
        }
    }
}
