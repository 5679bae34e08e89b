package io.casemate.sys;

/** What the endpoints that hand out shares have in common. */
final class ShareFields {
    static final String RECIPIENTS =
            "One key for each share, kinds mixed as you like: an OpenPGP public key (armor or base64),"
                    + " an age1... recipient, an X.509 certificate in PEM.";

    private ShareFields() {}
}
