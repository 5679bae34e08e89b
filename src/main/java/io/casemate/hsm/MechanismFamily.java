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
    RSA_PKCS_OAEP(Ckm.RSA_PKCS_OAEP);

    private final long type;

    MechanismFamily(long type) {
        this.type = type;
    }

    /** The {@code CKM_} number. */
    long type() {
        return type;
    }

    /** All of them for {@code auto}, else the one that is meant. */
    static List<MechanismFamily> parse(String text) {
        if (text.equals(WrappingKeySettings.AUTO)) {
            return List.of(values());
        }
        return Arrays.stream(values())
                .filter(family -> family.isWrittenAs(text))
                .map(List::of)
                .findFirst()
                .orElseThrow(() -> new Fault.Misconfigured(List.of("mechanism: '" + text
                                + "' is not supported; use auto, CKM_AES_GCM, CKM_AES_CBC_PAD or CKM_RSA_PKCS_OAEP"))
                        .asException());
    }

    private boolean isWrittenAs(String text) {
        String upper = text.toUpperCase(Locale.ROOT);
        if (upper.startsWith("0X") || upper.matches("[0-9]+")) {
            return isNumber(upper);
        }
        String plain = upper.startsWith("CKM_") ? upper.substring(4) : upper;
        return plain.equals(name()) || (this == RSA_PKCS_OAEP && plain.equals("RSA_OAEP"));
    }

    private boolean isNumber(String upper) {
        try {
            return Long.decode(upper) == type;
        } catch (NumberFormatException e) {
            return false;
        }
    }
}
