package io.casemate.audit;

import io.casemate.kernel.Excerpt;
import java.util.ArrayList;
import java.util.List;

/** Warnings and errors as they stand in an entry: they quote what somebody sent, who shall not decide how long it gets. */
final class Remarks {
    /** Longest remark, in characters. */
    static final int LONGEST = 1 << 10;

    /** All of an entry's warnings together, in characters, but for a sentence on those that are left out. */
    static final int MOST = 16 << 10;

    private Remarks() {}

    static String of(String remark) {
        return Excerpt.of(remark, LONGEST);
    }

    /** As many as there is room for, and then how many were left out. */
    static List<String> of(List<String> remarks) {
        List<String> written = new ArrayList<>(remarks.size());
        int room = MOST;
        for (String remark : remarks) {
            String cut = of(remark);
            room -= cut.length();
            if (room < 0) {
                written.add("and " + (remarks.size() - written.size()) + " more");
                return written;
            }
            written.add(cut);
        }
        return written;
    }
}
