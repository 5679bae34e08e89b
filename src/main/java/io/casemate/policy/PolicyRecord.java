package io.casemate.policy;

import io.casemate.json.Json;
import io.casemate.kernel.Fault;
import java.util.LinkedHashMap;
import java.util.Map;

/** A policy as it is stored; docs/formats/policy.md. */
final class PolicyRecord {
    private static final long VERSION = 1;

    private PolicyRecord() {}

    static byte[] encode(String text) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("v", VERSION);
        members.put("policy", text);
        return Json.bytes(members);
    }

    /** The text; {@code StorageFailed} for a record of a newer Casemate or of no version at all. */
    static String decode(String name, byte[] stored) {
        Map<String, Object> members = Json.object(stored);
        if (members.get("v") instanceof Long version && version > VERSION) {
            throw new Fault.StorageFailed(
                            Fault.StorageProblem.NEWER,
                            "policy " + name + " has record version " + version + "; this Casemate reads up to "
                                    + VERSION)
                    .asException();
        }
        if (Long.valueOf(VERSION).equals(members.get("v")) && members.get("policy") instanceof String text) {
            return text;
        }
        throw new Fault.StorageFailed(Fault.StorageProblem.CORRUPT, "policy " + name + " is not a policy record")
                .asException();
    }
}
