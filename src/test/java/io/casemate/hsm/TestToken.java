package io.casemate.hsm;

/** A real token that a test may fill, and the ways to it. */
public interface TestToken {
    /** The token's label. */
    String label();

    /** The token's serial number. */
    String serial();

    /** The user PIN. */
    String pin();

    /** Settings that reach the token. */
    HsmSettings settings();

    /** The token, opened once; closed with the fixture. */
    Hsm hsm();

    /** Opens with other settings; closed with the fixture. */
    Hsm open(HsmSettings settings);
}
