package io.casemate.hsm;

import io.casemate.kernel.Fault;
import java.util.HexFormat;
import java.util.List;

/** How a key is named: label, and {@code CKA_ID} in lower-case hex; either may be empty. */
record KeyName(String label, String id) {
    /**
     * A name as a human writes it, the id with or without {@code 0x}.
     *
     * @param setting what the id is called where it was written
     * @throws io.casemate.kernel.FaultException {@code Misconfigured} when the id is not hex
     */
    static KeyName read(String setting, String label, String id) {
        String digits = id.startsWith("0x") || id.startsWith("0X") ? id.substring(2) : id;
        try {
            return new KeyName(label, HexFormat.of().formatHex(HexFormat.of().parseHex(digits)));
        } catch (IllegalArgumentException e) {
            throw new Fault.Misconfigured(List.of(setting + ": '" + id + "' is not an even number of hex digits"))
                    .causedBy(e);
        }
    }

    /** Neither label nor id. */
    boolean isEmpty() {
        return label.isEmpty() && id.isEmpty();
    }
}
