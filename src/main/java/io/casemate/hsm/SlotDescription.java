package io.casemate.hsm;

/**
 * A slot with a token, for diagnosis.
 *
 * @param id the slot number as an unsigned decimal
 * @param initialized whether the token can be used
 */
public record SlotDescription(
        String id, String description, String tokenLabel, String serial, String model, boolean initialized) {}
