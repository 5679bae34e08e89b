package io.casemate.hsm;

import io.casemate.hsm.jna.Ckf;
import io.casemate.hsm.jna.Cryptoki;
import io.casemate.hsm.jna.TokenInfo;
import io.casemate.kernel.FaultException;
import java.util.ArrayList;
import java.util.List;

/** Finds the token that the settings name among the slots of a module. */
final class TokenSearch {
    private TokenSearch() {}

    /** A token and the slot it is in now. */
    record Found(long slot, TokenInfo token) {}

    /** The one token; {@code AWAY} when it is not there, {@code SETUP} when more than one fits. */
    static Found find(Cryptoki module, HsmSettings settings) {
        List<Found> all = tokens(module);
        List<Found> fitting = preferInitialised(
                all.stream().filter(found -> fits(found, settings.token())).toList());
        if (fitting.size() == 1) {
            return usable(fitting.getFirst(), all, settings);
        }
        if (fitting.isEmpty()) {
            throw HsmFailures.away(
                    HsmFailures.TOKEN_NOT_FOUND,
                    "C_GetSlotList",
                    "no " + settings.token() + " behind " + settings.library() + "; it has " + names(all)
                            + renumbered(settings));
        }
        throw HsmFailures.setup(
                "TOKEN_AMBIGUOUS",
                "C_GetSlotList",
                fitting.size() + " tokens fit " + settings.token() + ": " + names(fitting) + "; " + choice(fitting));
    }

    /** TPMs always show one more token, which nobody has initialised yet, with the serial number of the others. */
    private static List<Found> preferInitialised(List<Found> fitting) {
        List<Found> initialised = fitting.stream()
                .filter(found -> found.token().has(Ckf.TOKEN_INITIALIZED))
                .toList();
        return initialised.isEmpty() ? fitting : initialised;
    }

    /** What tells them apart. NSS, for one, gives all its tokens the same serial number. */
    private static String choice(List<Found> fitting) {
        long serials =
                fitting.stream().map(found -> found.token().serial()).distinct().count();
        long labels =
                fitting.stream().map(found -> found.token().label()).distinct().count();
        if (serials == fitting.size()) {
            return "choose by token_serial";
        }
        return labels == fitting.size() ? "choose by token_label" : "choose by slot, and token_label with it";
    }

    /** The token may be there under another number. */
    private static String renumbered(HsmSettings settings) {
        return settings.token().bySlot()
                ? "; slots are numbered anew when a token is initialised or a reader moved (CKR_SLOT_ID_INVALID):"
                        + " choose by token_label or token_serial"
                : "";
    }

    private static Found usable(Found found, List<Found> all, HsmSettings settings) {
        if (!found.token().has(Ckf.TOKEN_INITIALIZED)) {
            throw HsmFailures.setup(
                    "TOKEN_NOT_INITIALIZED",
                    "C_GetTokenInfo",
                    "the token in slot " + Long.toUnsignedString(found.slot())
                            + " is not initialised; initialise it with the HSM's own tool. The library has "
                            + names(all)
                            + renumbered(settings));
        }
        return found;
    }

    private static boolean fits(Found found, TokenSelector selector) {
        return switch (selector) {
            case TokenSelector.Label label -> found.token().label().equals(label.label());
            case TokenSelector.Serial serial -> found.token().serial().equals(serial.serial());
            case TokenSelector.Slot slot -> found.slot() == slot.id();
            case TokenSelector.All all -> all.selectors().stream().allMatch(one -> fits(found, one));
        };
    }

    /** The tokens that answer; one that fails does not hide the others. */
    private static List<Found> tokens(Cryptoki module) {
        List<Found> found = new ArrayList<>();
        FaultException failure = null;
        for (long slot : module.slots(true)) {
            try {
                found.add(new Found(slot, module.tokenInfo(slot)));
            } catch (FaultException e) {
                failure = e;
            }
        }
        if (found.isEmpty() && failure != null) {
            throw failure;
        }
        return found;
    }

    private static String names(List<Found> tokens) {
        List<String> names = tokens.stream()
                .filter(found -> found.token().has(Ckf.TOKEN_INITIALIZED))
                .map(found -> "'" + found.token().label() + "' (serial "
                        + found.token().serial() + ", slot " + Long.toUnsignedString(found.slot()) + ")")
                .toList();
        return names.isEmpty() ? "no initialised token" : String.join(", ", names);
    }

    /** Every slot with a token, for diagnosis. */
    static List<SlotDescription> describe(Cryptoki module) {
        List<SlotDescription> slots = new ArrayList<>();
        for (long slot : module.slots(true)) {
            TokenInfo token = module.tokenInfo(slot);
            slots.add(new SlotDescription(
                    Long.toUnsignedString(slot),
                    module.slotDescription(slot),
                    token.label(),
                    token.serial(),
                    token.model(),
                    token.has(Ckf.TOKEN_INITIALIZED)));
        }
        return List.copyOf(slots);
    }
}
