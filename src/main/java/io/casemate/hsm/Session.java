package io.casemate.hsm;

import io.casemate.hsm.jna.Cryptoki;

/** A borrowed session: for one thread, one operation at a time. */
record Session(Cryptoki module, long handle) {}
