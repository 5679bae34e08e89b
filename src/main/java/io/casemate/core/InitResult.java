package io.casemate.core;

import io.casemate.kernel.SecretBytes;
import io.casemate.seal.IssuedShares;
import io.casemate.seal.ShareText;

/**
 * What is handed out once and never again. Whoever gets it closes it.
 *
 * @param recovery the shares are of the recovery key, which authorises and does not decrypt
 * @param rootToken the token, or the message that holds it
 * @param tokenEncrypted the latter
 */
public record InitResult(IssuedShares shares, boolean recovery, SecretBytes rootToken, boolean tokenEncrypted)
        implements AutoCloseable {
    /** The token, or the message that holds it in base64. */
    public String rootTokenText() {
        return tokenEncrypted ? ShareText.base64(rootToken) : ShareText.utf8(rootToken);
    }

    @Override
    public void close() {
        shares.close();
        rootToken.close();
    }
}
