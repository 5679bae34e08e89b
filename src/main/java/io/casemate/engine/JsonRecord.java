package io.casemate.engine;

import io.casemate.json.Json;
import io.casemate.kernel.Fault;
import java.util.Arrays;
import java.util.Map;

/** A stored JSON object: one byte of format version, now 1, and the text. */
public final class JsonRecord {
    private static final byte FORMAT = 1;

    private JsonRecord() {}

    /** The record of {@code members}. */
    public static byte[] of(Map<String, Object> members) {
        byte[] json = Json.bytes(members);
        byte[] record = new byte[json.length + 1];
        record[0] = FORMAT;
        System.arraycopy(json, 0, record, 1, json.length);
        return record;
    }

    /**
     * The members of a record.
     *
     * @throws io.casemate.kernel.FaultException {@code StorageFailed} for a format not known
     */
    public static Map<String, Object> read(byte[] record) {
        if (record.length == 0 || record[0] != FORMAT) {
            throw new Fault.StorageFailed(
                            Fault.StorageProblem.NEWER,
                            "a JSON record of format " + (record.length == 0 ? "none" : record[0]) + ": expected "
                                    + FORMAT)
                    .asException();
        }
        return Json.object(Arrays.copyOfRange(record, 1, record.length));
    }
}
