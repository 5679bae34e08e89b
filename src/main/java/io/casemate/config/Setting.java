package io.casemate.config;

import io.casemate.kernel.Durations;
import io.casemate.kernel.FaultException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One configured value and where it stands. The readers note a problem and answer empty when it is not of their kind.
 *
 * @param where file and line, or the environment variable
 * @param key its path, such as {@code listener.port}
 */
record Setting(String text, String where, String key, Problems problems) {
    private static final Pattern SIZE = Pattern.compile("([0-9]{1,15})(B|KiB|MiB|GiB)?");
    private static final Map<String, Long> UNITS = Map.of("B", 1L, "KiB", 1L << 10, "MiB", 1L << 20, "GiB", 1L << 30);

    /** A whole number between two bounds, both allowed. */
    Optional<Integer> number(int least, int most) {
        try {
            int number = Integer.parseInt(text);
            if (number >= least && number <= most) {
                return Optional.of(number);
            }
        } catch (NumberFormatException e) {
            return wrong("a whole number between " + least + " and " + most);
        }
        return wrong("a whole number between " + least + " and " + most);
    }

    /** Bytes: {@code 32MiB}, {@code 16KiB}, {@code 4096}. */
    Optional<Long> size(long least, long most) {
        Matcher size = SIZE.matcher(text);
        if (size.matches()) {
            long unit = size.group(2) == null ? 1 : UNITS.get(size.group(2));
            long number = Long.parseLong(size.group(1));
            if (number <= most / unit && number * unit >= least) {
                return Optional.of(number * unit);
            }
        }
        return wrong("a size between " + least + " and " + most + " bytes, such as 32MiB or 16KiB");
    }

    /** {@code 10s}, {@code 1m30s}, {@code 250ms}; between a millisecond and an hour. */
    Optional<Duration> duration() {
        try {
            Duration duration = Durations.parse(key, text);
            if (duration.toMillis() >= 1 && duration.compareTo(Duration.ofHours(1)) <= 0) {
                return Optional.of(duration);
            }
        } catch (FaultException e) {
            return wrong("a duration between 1ms and 1h, such as 10s");
        }
        return wrong("a duration between 1ms and 1h, such as 10s");
    }

    /** {@code true} or {@code false}. */
    Optional<Boolean> flag() {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "true" -> Optional.of(true);
            case "false" -> Optional.of(false);
            default -> wrong("true or false");
        };
    }

    /** One of the given words. */
    Optional<String> oneOf(List<String> words) {
        String word = text.toLowerCase(Locale.ROOT);
        if (words.contains(word)) {
            return Optional.of(word);
        }
        problems.add(
                where,
                key + ": '" + text + "' is not one of " + String.join(", ", words) + "."
                        + Suggestion.near(words, text));
        return Optional.empty();
    }

    /** An absolute path. */
    Optional<Path> path() {
        try {
            Path path = Path.of(text);
            if (path.isAbsolute()) {
                return Optional.of(path.normalize());
            }
        } catch (InvalidPathException e) {
            return wrong("an absolute path");
        }
        return wrong("an absolute path");
    }

    /** An {@code https} or {@code http} URL with a host and nothing after it. */
    Optional<String> url() {
        try {
            URI url = new URI(text);
            boolean scheme = "https".equals(url.getScheme()) || "http".equals(url.getScheme());
            if (scheme
                    && url.getHost() != null
                    && (url.getPath().isEmpty() || url.getPath().equals("/"))) {
                return Optional.of(text.endsWith("/") ? text.substring(0, text.length() - 1) : text);
            }
        } catch (URISyntaxException e) {
            return wrong("a URL such as https://secrets.example.org:8200");
        }
        return wrong("a URL such as https://secrets.example.org:8200");
    }

    /** Text that is not empty and has no control characters. */
    Optional<String> words() {
        if (!text.isBlank() && text.chars().noneMatch(Character::isISOControl)) {
            return Optional.of(text);
        }
        return wrong("text");
    }

    private <T> Optional<T> wrong(String expected) {
        problems.add(where, key + ": '" + text + "' is not " + expected);
        return Optional.empty();
    }
}
