package io.casemate.hsm;

import io.casemate.hsm.WrappingKey.Wrapped;
import io.casemate.kernel.SecretBytes;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Scanner;

/**
 * A server of its own: for each label that it reads from standard input it wraps by the key of this label, made when it is
 * not there, and prints the wrapped secret. Arguments: module, serial number of the token, PIN.
 */
public final class KeyRaceChild {
    private KeyRaceChild() {}

    /** The process. */
    public static void main(String[] arguments) {
        HsmSettings settings = HsmSettings.of(
                Path.of(arguments[0]), TokenSelector.serial(arguments[1]), () -> SecretBytes.ofText(arguments[2]));
        try (Hsm hsm = Hsm.open(settings, new SecureRandom());
                Scanner labels = new Scanner(System.in, java.nio.charset.StandardCharsets.UTF_8)) {
            hsm.random(new byte[1]);
            System.out.println("ready");
            while (labels.hasNextLine()) {
                WrappingKey key = hsm.wrappingKey(KeySettings.by(labels.nextLine(), "CKM_AES_CBC_PAD"));
                try (SecretBytes secret = SecretBytes.ofText("secret")) {
                    Wrapped made = key.wrap(secret, new byte[] {1});
                    System.out.println(String.join(
                            "\t",
                            made.profile(),
                            made.keyLabel(),
                            made.keyId(),
                            made.token(),
                            HexFormat.of().formatHex(made.ciphertext())));
                }
            }
        }
    }
}
