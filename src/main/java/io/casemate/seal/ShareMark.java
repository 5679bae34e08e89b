package io.casemate.seal;

import io.casemate.kernel.Fault;
import java.util.Map;

/**
 * Which share of a key a wrap holds. Not secret.
 *
 * @param split the split it comes from; shares of two splits never open together
 * @param number its x, 1 to 255
 * @param check a hash by which a device that gives back something else is known; no hash gives 32 random bytes away
 */
public record ShareMark(String split, int number, String check) {
    private static final int CHECK_DIGITS = 64;

    void put(Map<String, Object> members) {
        members.put("split", split);
        members.put("share", number);
        members.put("check", check);
    }

    static ShareMark of(Map<?, ?> members) {
        ShareMark mark = new ShareMark(
                SealRecord.text(members, "split"),
                SealRecord.number(members, "share"),
                SealRecord.text(members, "check"));
        if (mark.number == 0 || mark.check.length() != CHECK_DIGITS) {
            throw Fault.badRequest("member share is 0, or member check is not " + CHECK_DIGITS + " digits");
        }
        return mark;
    }
}
