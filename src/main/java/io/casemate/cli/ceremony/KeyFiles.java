package io.casemate.cli.ceremony;

import io.casemate.cli.local.CliFailure;
import io.casemate.cli.local.LocalFiles;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/** The public keys that shares and tokens are encrypted to, as the user names them: files, or {@code age1...} itself. */
final class KeyFiles {
    private static final String ARMOR = "-----BEGIN PGP ";
    private static final byte OPENPGP_PACKET = (byte) 0x80;
    private static final int SECRET_KEY = 5;
    private static final int SECRET_SUBKEY = 7;

    private KeyFiles() {}

    /** What {@code -pgp-keys} and {@code -recipients} name, in order; both may be given several times and with commas. */
    static List<String> all(List<String> values) {
        List<String> keys = new ArrayList<>();
        for (String value : values) {
            for (String name : value.split(",")) {
                keys.add(one(name));
            }
        }
        return keys;
    }

    /** The key in a file, in the form that the API takes: OpenPGP as base64 of the binary form, all else as its text. */
    static String one(String name) {
        String trimmed = name.strip();
        if (trimmed.startsWith("age1")) {
            return trimmed;
        }
        if (trimmed.startsWith("keybase:")) {
            throw CliFailure.local(
                    "keys are not fetched from keybase: export the key to a file, look at its fingerprint,"
                            + " and name the file");
        }
        if (trimmed.isEmpty()) {
            throw CliFailure.local("a key file's name is empty: is there a comma too many?");
        }
        byte[] content = LocalFiles.read(trimmed);
        if (openPgp(content)) {
            return Base64.getEncoder().encodeToString(publicly(trimmed, content));
        }
        String text = text(trimmed, new String(content, StandardCharsets.UTF_8));
        publicly(trimmed, decoded(text));
        return text;
    }

    private static boolean openPgp(byte[] content) {
        return content.length > 0 && (content[0] & OPENPGP_PACKET) != 0;
    }

    /** {@code content}, unless it begins with a packet of a secret key (RFC 9580 sections 4.2 and 5). */
    private static byte[] publicly(String name, byte[] content) {
        if (openPgp(content)) {
            boolean newer = (content[0] & 0x40) != 0;
            int type = newer ? content[0] & 0x3f : (content[0] >> 2) & 0x0f;
            if (type == SECRET_KEY || type == SECRET_SUBKEY) {
                throw isPrivate(name);
            }
        }
        return content;
    }

    /** What {@code text} is the base64 of; nothing if it is none. */
    private static byte[] decoded(String text) {
        try {
            return Base64.getDecoder().decode(text.replaceAll("\\s", ""));
        } catch (IllegalArgumentException e) {
            return new byte[0];
        }
    }

    private static CliFailure isPrivate(String name) {
        return CliFailure.local(name + " holds a private key: it was not sent. Name the file of the public key");
    }

    private static String text(String name, String content) {
        if (content.contains("PRIVATE KEY") || content.contains("AGE-SECRET-KEY-")) {
            throw isPrivate(name);
        }
        return content.strip().startsWith(ARMOR) ? dearmored(content) : withoutComments(content);
    }

    /** RFC 9580 section 6.2: after the headers and an empty line comes base64, then perhaps a checksum. */
    private static String dearmored(String armor) {
        StringBuilder body = new StringBuilder();
        boolean within = false;
        for (String line : armor.strip().lines().map(String::strip).toList()) {
            if (within && (line.startsWith("=") || line.startsWith("-----"))) {
                break;
            }
            if (within) {
                body.append(line);
            }
            within |= line.isEmpty();
        }
        return body.toString();
    }

    private static String withoutComments(String content) {
        List<String> lines = Arrays.stream(content.split("\n"))
                .filter(line -> !line.startsWith("#"))
                .toList();
        return String.join("\n", lines).strip();
    }
}
