package io.casemate.auth.jwt;

import io.casemate.kernel.Fault;
import io.casemate.kernel.Globs;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The claims of a token whose signature was verified. */
record Claims(Map<String, Object> members) {
    private static final BigDecimal LAST = BigDecimal.valueOf(253_402_300_799L);

    /** By name, or by a JSON pointer (RFC 6901) when the name begins with a slash; null when there is no such claim. */
    Object find(String name) {
        return name.startsWith("/") ? at(name) : members.get(name);
    }

    private Object at(String pointer) {
        Object at = members;
        for (String step : pointer.substring(1).split("/", -1)) {
            String name = step.replace("~1", "/").replace("~0", "~");
            at = switch (at) {
                case Map<?, ?> map -> map.get(name);
                case List<?> list
                when name.matches("0|[1-9][0-9]{0,5}") && Integer.parseInt(name) < list.size() ->
                    list.get(Integer.parseInt(name));
                case null, default -> null;
            };
        }
        return at;
    }

    /** A claim that is text; empty when it is not there. */
    Optional<String> text(String name) {
        return switch (members.get(name)) {
            case null -> Optional.empty();
            case String text -> Optional.of(text);
            default -> throw Fault.badRequest("error validating token: the claim '" + name + "' is not a string");
        };
    }

    /** A claim that is a point in time (RFC 7519, NumericDate); empty when it is not there. */
    Optional<Instant> time(String name) {
        Object value = members.get(name);
        if (value == null) {
            return Optional.empty();
        }
        BigDecimal seconds = number(value)
                .filter(given -> given.signum() >= 0 && given.compareTo(LAST) <= 0)
                .orElseThrow(() ->
                        Fault.badRequest("error validating token: the claim '" + name + "' is not a time in seconds"));
        return Optional.of(Instant.ofEpochSecond(seconds.longValue()));
    }

    /** The claim {@code aud}, which is a string or a list. */
    List<String> audiences() {
        return switch (members.get("aud")) {
            case null -> List.of();
            case String one -> List.of(one);
            case List<?> all
            when all.stream().allMatch(String.class::isInstance) ->
                all.stream().map(String.class::cast).toList();
            default ->
                throw Fault.badRequest("error validating token: the claim 'aud' is not a string or a list of them");
        };
    }

    /** A value as a list, as issuers write a single one without its list; empty for an object. */
    static Optional<List<?>> list(Object value) {
        return switch (value) {
            case List<?> all -> Optional.of(all);
            case String one -> Optional.of(List.of(one));
            case Boolean one -> Optional.of(List.of(one));
            case Number one -> Optional.of(List.of(one));
            case null, default -> Optional.empty();
        };
    }

    /** Whether a value is what a role demands; numbers are compared by what they are worth. */
    static boolean same(Object wanted, Object given, boolean glob) {
        if (glob) {
            return wanted instanceof String pattern && given instanceof String text && Globs.fits(pattern, text);
        }
        Optional<BigDecimal> number = number(wanted);
        return number.isPresent()
                ? number(given)
                        .filter(other -> other.compareTo(number.get()) == 0)
                        .isPresent()
                : wanted != null && wanted.equals(given);
    }

    private static Optional<BigDecimal> number(Object value) {
        return switch (value) {
            case Long number -> Optional.of(BigDecimal.valueOf(number));
            case BigInteger number -> Optional.of(new BigDecimal(number));
            case BigDecimal number -> Optional.of(number);
            case null, default -> Optional.empty();
        };
    }
}
