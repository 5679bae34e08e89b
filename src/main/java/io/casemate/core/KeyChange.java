package io.casemate.core;

import io.casemate.kernel.FaultException;
import io.casemate.kernel.SecretBytes;
import java.util.Map;

/** The durable half of a rekey: which key is changed, and the one step that does it. */
interface KeyChange {
    /** A word for log and errors. */
    String name();

    /** Name of the record where encrypted shares are kept. */
    String backupRecord();

    /**
     * Checks what is asked for.
     *
     * @throws FaultException {@code BadRequest}
     */
    RekeyPlan plan(ShareOrder order, boolean backup, boolean verify);

    /**
     * Makes {@code key} the shared key from now on, with {@code more} records, in one durable step; on any failure all stands as
     * it was.
     */
    void commit(SecretBytes key, RekeyPlan plan, Map<String, byte[]> more);
}
