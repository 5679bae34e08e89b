package io.casemate.cli.ceremony;

import java.util.List;

/** What people are told about shares. */
final class ShareText {
    private ShareText() {}

    /** How the holders read encrypted shares; empty when these are in clear. */
    static String decryption(List<String> fingerprints) {
        if (fingerprints.isEmpty()) {
            return "";
        }
        StringBuilder out = new StringBuilder("\nThe shares are encrypted, in this order, to:\n");
        for (int i = 0; i < fingerprints.size(); i++) {
            out.append("  ")
                    .append(i + 1)
                    .append("  ")
                    .append(fingerprints.get(i))
                    .append('\n');
        }
        out.append(
                "Each holder decrypts the own one before this terminal is closed, and finds the share in hexadecimal:\n");
        if (fingerprints.stream().anyMatch(ShareText::pgp)) {
            out.append("  echo SHARE | base64 -d | gpg --decrypt\n");
        }
        if (fingerprints.stream().anyMatch(each -> each.startsWith("age1"))) {
            out.append("  echo SHARE | base64 -d | age --decrypt -i KEY\n");
        }
        if (fingerprints.stream().anyMatch(each -> each.startsWith("x509-"))) {
            out.append("  echo SHARE | base64 -d | openssl cms -decrypt -inform DER -inkey KEY\n");
        }
        return out.toString();
    }

    private static boolean pgp(String fingerprint) {
        return !fingerprint.startsWith("age1") && !fingerprint.startsWith("x509-");
    }
}
