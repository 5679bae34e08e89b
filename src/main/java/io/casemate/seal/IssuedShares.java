package io.casemate.seal;

import io.casemate.crypto.Recipient;
import io.casemate.kernel.SecretBytes;
import java.util.ArrayList;
import java.util.List;

/**
 * New shares on their way to their holders: in clear, or the first encrypted to the first holder, and so on. Given once;
 * whoever has it closes it.
 *
 * @param contents shares, or encrypted messages that hold a share as lower-case hex
 * @param fingerprints of the holders' keys, in the order of the shares; empty when they are in clear
 */
public record IssuedShares(List<SecretBytes> contents, List<String> fingerprints) implements AutoCloseable {
    public IssuedShares {
        contents = List.copyOf(contents);
        fingerprints = List.copyOf(fingerprints);
    }

    /** None at all: nobody gets anything. */
    public static IssuedShares none() {
        return new IssuedShares(List.of(), List.of());
    }

    /** Takes {@code shares}, which it wipes when they are encrypted; {@code holders} is empty or as long. */
    public static IssuedShares to(List<Recipient> holders, List<SecretBytes> shares) {
        if (holders.isEmpty()) {
            return new IssuedShares(shares, List.of());
        }
        List<SecretBytes> messages = new ArrayList<>();
        for (int i = 0; i < shares.size(); i++) {
            try (SecretBytes share = shares.get(i);
                    SecretBytes text = ShareText.hexText(share)) {
                messages.add(SecretBytes.owning(holders.get(i).encrypt(text)));
            }
        }
        return new IssuedShares(
                messages, holders.stream().map(Recipient::fingerprint).toList());
    }

    /** Lower case, as in {@code keys}. */
    public List<String> hex() {
        return contents.stream().map(ShareText::hex).toList();
    }

    /** Standard base64 with padding, as in {@code keys_base64}. */
    public List<String> base64() {
        return contents.stream().map(ShareText::base64).toList();
    }

    /** Whether only the holders can read them. */
    public boolean encrypted() {
        return !fingerprints.isEmpty();
    }

    @Override
    public void close() {
        contents.forEach(SecretBytes::close);
    }
}
