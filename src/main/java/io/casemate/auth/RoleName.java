package io.casemate.auth;

import io.casemate.kernel.Fault;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** Names of roles, which are parts of storage keys: letters, digits and {@code _}, inside of them {@code -} and {@code .} too. */
public final class RoleName {
    private static final Pattern NAME = Pattern.compile("\\w([\\w.-]{0,253}\\w)?");

    private RoleName() {}

    /** In lower case; empty for what no role is called. */
    public static Optional<String> find(String sent) {
        return NAME.matcher(sent).matches() ? Optional.of(sent.toLowerCase(Locale.ROOT)) : Optional.empty();
    }

    /**
     * In lower case, to be written.
     *
     * @throws io.casemate.kernel.FaultException {@code BadRequest} for what no role may be called
     */
    public static String check(String sent) {
        return find(sent)
                .orElseThrow(() -> Fault.badRequest(
                        "a name is letters, digits and '_', inside of it '-' and '.' too, and at most 255 long"));
    }
}
