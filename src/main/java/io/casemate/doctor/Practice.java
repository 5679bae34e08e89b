package io.casemate.doctor;

/** The points of the production hardening practice. */
public enum Practice {
    TLS("TLS end to end"),
    TENANCY("Single tenancy"),
    FIREWALL("Local firewall"),
    NO_REMOTE_LOGIN("No SSH, no remote desktop"),
    NO_SWAP("No swap, memory locked"),
    NOT_ROOT("Not as root, least privilege"),
    NO_CORE("No core dumps"),
    IMMUTABLE("Upgrades replace, nothing drifts"),
    ROOT_TOKEN("Root token for set-up only"),
    AUDIT("Auditing on"),
    CONFINEMENT("SELinux or AppArmor"),
    STORAGE("Storage for the server alone"),
    HISTORY("Shell history without secrets"),
    LIMITS("Limits of the process"),
    KERNEL("Kernel"),
    TIME("Time"),
    SEAL("Seal, HSM and shares");

    private final String text;

    Practice(String text) {
        this.text = text;
    }

    /** In words. */
    public String text() {
        return text;
    }
}
