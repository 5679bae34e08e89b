package io.casemate.storage.mvstore;

import java.io.IOException;

/** Bytes on the disk that are not what was written there. */
final class DamagedBlockException extends IOException {
    private static final long serialVersionUID = 1;

    DamagedBlockException(String message) {
        super(message);
    }
}
