package io.casemate.kernel;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** What kind of token is wished for. The words that begin with {@code default} leave the last word to the other side. */
public enum TokenType {
    /** Whatever the other side says. */
    DEFAULT,
    /** Stored, renewable, revocable. */
    SERVICE,
    /** Self-contained, encrypted, not stored. */
    BATCH,
    /** A service token, unless the other side wants a batch token. */
    DEFAULT_SERVICE,
    /** A batch token, unless the other side wants a service token. */
    DEFAULT_BATCH;

    /** As the API writes it. */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * The type of that word; empty text is {@link #DEFAULT}.
     *
     * @param field for the error
     * @throws FaultException {@code BadRequest} for any other word
     */
    public static TokenType of(String field, String word) {
        return Arrays.stream(values())
                .filter(type -> type.word().equals(word) || (word.isEmpty() && type == DEFAULT))
                .findFirst()
                .orElseThrow(() -> Fault.badRequest("field '" + field + "': expected one of "
                        + Arrays.stream(values()).map(TokenType::word).collect(Collectors.joining(", "))));
    }

    /**
     * Whether a batch token comes of two wishes.
     *
     * @param place of the mount or the role: its {@code SERVICE} or {@code BATCH} is final
     * @param asked of who asks, below it
     */
    public static boolean batch(TokenType place, TokenType asked) {
        return switch (place) {
            case SERVICE -> false;
            case BATCH -> true;
            case DEFAULT, DEFAULT_SERVICE -> asked.settled().orElse(false);
            case DEFAULT_BATCH -> asked.settled().orElse(true);
        };
    }

    private Optional<Boolean> settled() {
        return switch (this) {
            case DEFAULT -> Optional.empty();
            case SERVICE, DEFAULT_SERVICE -> Optional.of(false);
            case BATCH, DEFAULT_BATCH -> Optional.of(true);
        };
    }
}
