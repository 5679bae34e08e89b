package io.casemate.hsm.broker;

import java.io.IOException;

/** The peer does not speak the protocol: the connection ends. */
final class MalformedFrameException extends IOException {
    MalformedFrameException(String what) {
        super("malformed frame: " + what);
    }
}
