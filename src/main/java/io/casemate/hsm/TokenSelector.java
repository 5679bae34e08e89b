package io.casemate.hsm;

import io.casemate.kernel.Fault;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Which token to use. A label or serial stays true when slots are renumbered; SoftHSM, for one, gives a token a new slot
 * number when it is initialised.
 */
public sealed interface TokenSelector {
    /** The only token with this {@code CK_TOKEN_INFO.label}. */
    record Label(String label) implements TokenSelector {
        @Override
        public String toString() {
            return "token label '" + label + "'";
        }
    }

    /** The only token with this {@code CK_TOKEN_INFO.serialNumber}. */
    record Serial(String serial) implements TokenSelector {
        @Override
        public String toString() {
            return "token serial '" + serial + "'";
        }
    }

    /** The token in this slot; an unsigned 64-bit number. */
    record Slot(long id) implements TokenSelector {
        @Override
        public String toString() {
            return "slot " + Long.toUnsignedString(id);
        }
    }

    /** The token that all of these fit. */
    record All(List<TokenSelector> selectors) implements TokenSelector {
        public All {
            selectors = List.copyOf(selectors);
        }

        @Override
        public String toString() {
            return selectors.stream().map(Object::toString).collect(Collectors.joining(", "));
        }
    }

    /** Whether a slot number takes part in the choice. */
    default boolean bySlot() {
        return switch (this) {
            case Slot _ -> true;
            case All all -> all.selectors().stream().anyMatch(TokenSelector::bySlot);
            case Label _, Serial _ -> false;
        };
    }

    /**
     * The token that every one of {@code selectors} fits.
     *
     * @throws io.casemate.kernel.FaultException {@code Misconfigured} when there is none of them
     */
    static TokenSelector all(List<TokenSelector> selectors) {
        return switch (selectors.size()) {
            case 0 ->
                throw new Fault.Misconfigured(
                                List.of("give token_label, token_serial or slot; a label or serial survives"
                                        + " renumbered slots"))
                        .asException();
            case 1 -> selectors.getFirst();
            default -> new All(selectors);
        };
    }

    /** The token with this label. */
    static TokenSelector label(String label) {
        return new Label(label);
    }

    /** The token with this serial number. */
    static TokenSelector serial(String serial) {
        return new Serial(serial);
    }

    /**
     * The slot written as a decimal number or as {@code 0x} and hex digits, up to 64 bits.
     *
     * @throws io.casemate.kernel.FaultException {@code Misconfigured} when it is neither
     */
    static TokenSelector slot(String number) {
        try {
            boolean hex = number.startsWith("0x") || number.startsWith("0X");
            return new Slot(hex ? Long.parseUnsignedLong(number.substring(2), 16) : Long.parseUnsignedLong(number));
        } catch (NumberFormatException e) {
            throw new Fault.Misconfigured(List.of("slot: '" + number
                            + "' is no slot number; write a decimal number or 0x and hex digits, at most 64 bits"))
                    .causedBy(e);
        }
    }
}
