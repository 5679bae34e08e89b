package io.casemate.hsm;

import io.casemate.hsm.jna.Ckm;
import io.casemate.kernel.Fault;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** The mechanisms a wrapping key can use, in the order they are tried. */
enum MechanismFamily {
    AES_GCM(Ckm.AES_GCM),
    AES_CBC_PAD(Ckm.AES_CBC_PAD),
    AES_CBC(Ckm.AES_CBC),
    RSA_PKCS_OAEP(Ckm.RSA_PKCS_OAEP);

    private static final String NUMBER = "0X[0-9A-F]{1,16}|[0-9]{1,19}";
    private final long type;

    MechanismFamily(long type) {
        this.type = type;
    }

    /** The {@code CKM_} number. */
    long type() {
        return type;
    }

    /** Whether it needs an HMAC key beside the AES key. */
    boolean needsHmac() {
        return this == AES_CBC_PAD || this == AES_CBC;
    }

    /** As the standard writes it, with its number. */
    @Override
    public String toString() {
        return "CKM_%s (0x%04X)".formatted(name(), type);
    }

    /** All of them for {@code auto}, else the one that is meant. */
    static List<MechanismFamily> parse(String text) {
        if (text.equals(WrappingKeySettings.AUTO)) {
            return List.of(values());
        }
        return Arrays.stream(values())
                .filter(family -> isWrittenAs(text, family.name(), family.type)
                        || (family == RSA_PKCS_OAEP && isWrittenAs(text, "RSA_OAEP", family.type)))
                .map(List::of)
                .findFirst()
                .orElseThrow(() -> refused("mechanism: '" + text + "' " + reason(text)));
    }

    /** {@code Misconfigured} for anything but the one HMAC we use. */
    static void checkHmac(String text) {
        if (!isWrittenAs(text, "SHA256_HMAC", Ckm.SHA256_HMAC)) {
            throw refused("hmac_mechanism: '" + text
                    + "' is not supported; CKM_SHA256_HMAC (0x0251) is the only one, and what it made would not open");
        }
    }

    private static String reason(String text) {
        if (isWrittenAs(text, "RSA_PKCS", Ckm.RSA_PKCS)) {
            return "is refused: whoever can make the token open what they send learns from its PKCS#1 v1.5 padding"
                    + " errors what was wrapped; use CKM_RSA_PKCS_OAEP, the same RSA key can do it";
        }
        return "is not supported; use auto, CKM_AES_GCM, CKM_AES_CBC_PAD, CKM_AES_CBC or CKM_RSA_PKCS_OAEP";
    }

    private static io.casemate.kernel.FaultException refused(String problem) {
        return new Fault.Misconfigured(List.of(problem)).asException();
    }

    private static boolean isWrittenAs(String text, String name, long type) {
        String upper = text.toUpperCase(Locale.ROOT);
        if (upper.matches(NUMBER)) {
            return isNumber(upper, type);
        }
        return (upper.startsWith("CKM_") ? upper.substring(4) : upper).equals(name);
    }

    private static boolean isNumber(String upper, long type) {
        try {
            long number =
                    upper.startsWith("0X") ? Long.parseUnsignedLong(upper.substring(2), 16) : Long.parseLong(upper);
            return number == type;
        } catch (NumberFormatException e) {
            return false;
        }
    }
}
