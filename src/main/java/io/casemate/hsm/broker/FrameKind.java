package io.casemate.hsm.broker;

/** The first byte of a frame. */
final class FrameKind {
    /** Server to broker, first: version, settings, what is known of the PIN. */
    static final int HELLO = 1;

    /** Broker to server, first: version and process id. */
    static final int WELCOME = 2;

    /** Server to broker: an {@link Op}. */
    static final int REQUEST = 3;

    /** Broker to server: what came of it. */
    static final int RESULT = 4;

    /** Broker to server: why nothing came of it. */
    static final int FAULT = 5;

    /** Broker to server, at any time: what became of the PIN. */
    static final int PIN_NOTICE = 6;

    static final int VERSION = 2;

    private FrameKind() {}
}
