package io.casemate.engine.pki.draft;

import io.casemate.crypto.KeyKind;
import io.casemate.kernel.Fault;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** How the API calls a signature scheme: by the names of Go's {@code crypto/x509}, such as {@code SHA256WithRSAPSS}. */
public final class SchemeName {
    private SchemeName() {}

    /** The name of {@code scheme}. */
    public static String of(SignatureScheme scheme) {
        String name = scheme.name();
        String hash = name.substring(name.indexOf('_') + 1);
        return switch (scheme.keyType()) {
            case "ec" -> "ECDSAWith" + hash;
            case "rsa" -> hash + (name.startsWith("PSS") ? "WithRSAPSS" : "WithRSA");
            case "ed25519" -> "Ed25519";
            default -> name.replace('_', '-');
        };
    }

    /**
     * The scheme of a name, in any case; none for no name.
     *
     * @throws io.casemate.kernel.FaultException {@code BadRequest} when no key of {@code kind} signs so
     */
    public static Optional<SignatureScheme> parse(String field, String sent, KeyKind kind) {
        if (sent.isEmpty()) {
            return Optional.empty();
        }
        String name = sent.equalsIgnoreCase("PureEd25519") ? "Ed25519" : sent;
        List<SignatureScheme> fitting = Arrays.stream(SignatureScheme.values())
                .filter(scheme -> fits(scheme, kind))
                .toList();
        return Optional.of(fitting.stream()
                .filter(scheme -> of(scheme).equalsIgnoreCase(name))
                .findFirst()
                .orElseThrow(() -> Fault.badRequest("field '" + field + "': the issuer's key signs by "
                        + String.join(", ", fitting.stream().map(SchemeName::of).toList())
                        + "; empty for the usual one")));
    }

    private static boolean fits(SignatureScheme scheme, KeyKind kind) {
        SignatureScheme usual = SignatureScheme.of(kind, 0);
        return usual.keyType().equals("rsa") ? scheme.keyType().equals("rsa") : scheme == usual;
    }
}
