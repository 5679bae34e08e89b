package io.casemate.core;

import io.casemate.kernel.SecretBytes;
import java.util.List;

/**
 * What is handed out once and never again. Whoever gets it closes it.
 *
 * @param recovery the shares are of the recovery key, which authorises and does not decrypt
 */
public record InitResult(List<SecretBytes> shares, boolean recovery, SecretBytes rootToken) implements AutoCloseable {
    @Override
    public void close() {
        shares.forEach(SecretBytes::close);
        rootToken.close();
    }
}
