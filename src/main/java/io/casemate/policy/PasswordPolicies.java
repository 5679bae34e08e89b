package io.casemate.policy;

import io.casemate.barrier.View;
import io.casemate.kernel.Fault;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Password policies behind the barrier, and passwords by them. Caches nothing. */
public final class PasswordPolicies {
    private static final Pattern NAME = Pattern.compile("\\w(([\\w-.]+)?\\w)?");
    private static final int LONGEST_NAME = 256;

    private final View storage;
    private final SecureRandom random;

    /** On a part of the barrier that nothing else writes to. */
    public PasswordPolicies(View storage, SecureRandom random) {
        this.storage = storage;
        this.random = random;
    }

    /** All names in order. */
    public List<String> names() {
        return storage.list("", "", Integer.MAX_VALUE);
    }

    /** The policy's text as it was written. */
    public Optional<String> read(String name) {
        return storage.get(checked(name)).map(stored -> PolicyRecord.decode(name, stored));
    }

    /**
     * Stores a policy, durably.
     *
     * @throws io.casemate.kernel.FaultException {@code BadRequest} when it cannot be understood, or no password keeps it
     */
    public void write(String name, String text) {
        String key = checked(name);
        if (new PasswordDraw(PasswordPolicy.parse(text), random).count().signum() == 0) {
            throw Fault.badRequest("no password keeps these rules");
        }
        storage.put(key, PolicyRecord.encode(text));
    }

    /** Deletes a policy; nothing happens when there is none. */
    public void delete(String name) {
        storage.delete(checked(name));
    }

    /** A new password, every one that keeps the policy as likely as every other; empty when there is no such policy. */
    public Optional<String> generate(String name) {
        return read(name).map(text -> new PasswordDraw(PasswordPolicy.parse(text), random).draw());
    }

    private static String checked(String name) {
        if (name.length() > LONGEST_NAME || !NAME.matcher(name).matches()) {
            throw Fault.badRequest("a password policy's name has letters, digits, '_', '-' and '.' and begins and ends"
                    + " with none of the last two");
        }
        return name;
    }
}
