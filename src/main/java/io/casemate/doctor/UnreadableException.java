package io.casemate.doctor;

/** Something could not be looked at; the message says what and why. Never leaves the room: the check turns unknown. */
final class UnreadableException extends RuntimeException {
    UnreadableException(String what) {
        super(what);
    }
}
