package io.casemate.kernel;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as the API writes them: seconds as a number or text, or {@code 1d}, {@code 1h30m}, {@code 90s}, {@code 250ms}. */
public final class Durations {
    private static final Pattern PART = Pattern.compile("([0-9]+(?:\\.[0-9]+)?)(ns|us|ms|s|m|h|d)");
    private static final BigDecimal NANOS = BigDecimal.valueOf(1_000_000_000L);
    private static final long MAX_SECONDS = 100L * 366 * 24 * 3600;

    private Durations() {}

    /**
     * Reads a duration.
     *
     * @param name of the field, for the error
     * @param sent a whole number of seconds, or text; empty text is zero
     * @throws FaultException {@code BadRequest} for anything else, for negatives and for more than a hundred years
     */
    public static Duration parse(String name, Object sent) {
        Duration duration = switch (sent) {
            case Long seconds -> seconds(name, BigDecimal.valueOf(seconds));
            case BigDecimal seconds -> seconds(name, seconds);
            case String text -> text(name, text.strip());
            case null, default -> throw wrong(name);
        };
        if (duration.isNegative() || duration.toSeconds() > MAX_SECONDS) {
            throw Fault.badRequest("field '" + name + "': a duration lies between 0 and 100 years");
        }
        return duration;
    }

    /** As the API shows durations in text: {@code 0s}, {@code 90s} as {@code 1m30s}, a day as {@code 24h0m0s}. */
    public static String format(Duration duration) {
        long hours = duration.toHours();
        int minutes = duration.toMinutesPart();
        BigDecimal seconds = BigDecimal.valueOf(duration.toSecondsPart())
                .add(BigDecimal.valueOf(duration.toNanosPart(), 9))
                .stripTrailingZeros();
        String tail = seconds.toPlainString() + "s";
        if (hours > 0) {
            return hours + "h" + minutes + "m" + tail;
        }
        return minutes > 0 ? minutes + "m" + tail : tail;
    }

    /**
     * How long it is from one moment to another, whichever is first. For ages: what was done in the future was done before the
     * clock was set back, and nobody knows how long ago; so much later it is old in any case.
     */
    public static Duration apart(Instant one, Instant other) {
        return Duration.between(one, other).abs();
    }

    private static Duration text(String name, String text) {
        if (text.isEmpty()) {
            return Duration.ZERO;
        }
        if (text.length() > 64) {
            throw wrong(name);
        }
        if (text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return seconds(name, new BigDecimal(text));
        }
        Matcher part = PART.matcher(text);
        BigDecimal total = BigDecimal.ZERO;
        int end = 0;
        while (part.find() && part.start() == end) {
            total = total.add(new BigDecimal(part.group(1)).multiply(unit(part.group(2))));
            end = part.end();
        }
        if (end != text.length()) {
            throw wrong(name);
        }
        return seconds(name, total);
    }

    private static BigDecimal unit(String unit) {
        return switch (unit) {
            case "ns" -> BigDecimal.ONE.divide(NANOS);
            case "us" -> BigDecimal.valueOf(1, 6);
            case "ms" -> BigDecimal.valueOf(1, 3);
            case "s" -> BigDecimal.ONE;
            case "m" -> BigDecimal.valueOf(60);
            case "h" -> BigDecimal.valueOf(3600);
            default -> BigDecimal.valueOf(86_400);
        };
    }

    private static Duration seconds(String name, BigDecimal seconds) {
        if (seconds.abs().compareTo(BigDecimal.valueOf(MAX_SECONDS)) > 0) {
            throw Fault.badRequest("field '" + name + "': a duration lies between 0 and 100 years");
        }
        return Duration.ofNanos(
                        seconds.remainder(BigDecimal.ONE).multiply(NANOS).longValue())
                .plusSeconds(seconds.longValue());
    }

    private static FaultException wrong(String name) {
        return new Fault.BadRequest(
                        List.of("field '" + name + "': expected a duration such as 3600, \"90s\", \"1h30m\" or \"2d\""))
                .asException();
    }
}
