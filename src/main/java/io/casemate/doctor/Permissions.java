package io.casemate.doctor;

/**
 * Mode and owner of a file.
 *
 * @param mode the twelve bits
 */
record Permissions(String path, int mode, int owner, int group) {
    /** Whether anybody but owner and group may do anything with it. */
    boolean openToOthers() {
        return (mode & 07) != 0;
    }

    /** Whether anybody but the owner may write. */
    boolean writableByOthers() {
        return (mode & 022) != 0;
    }

    /** Whether the group may do anything with it. An access list that gives others more shows here, too, as its mask. */
    boolean openToGroup() {
        return (mode & 070) != 0;
    }

    @Override
    public String toString() {
        return path + " " + String.format("%04o", mode) + " " + owner + ":" + group;
    }
}
