package io.casemate.engine.pki.draft;

import io.casemate.kernel.Fault;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.bouncycastle.asn1.x509.Certificate;
import org.bouncycastle.asn1.x509.TBSCertificate;

/** The gate before the signature: encodes a draft, reads the bytes again, and holds every rule against them. */
public final class Linter {
    private static final List<LintRule> RULES = Stream.of(
                    ProfileRules.ALL, SubjectRules.ALL, KeyRules.ALL, ExtensionRules.ALL, IssuerRules.ALL)
            .flatMap(List::stream)
            .toList();

    private Linter() {}

    /**
     * A draft that may be signed.
     *
     * @param issuer the certificate of the key that will sign; empty for a certificate that signs itself
     * @throws io.casemate.kernel.FaultException {@code BadRequest} with every finding, each with rule and section
     */
    public static LintedDraft pass(Draft draft, Optional<Certificate> issuer, Set<Leniency> leniency) {
        byte[] bytes = draft.encode();
        TBSCertificate tbs = TBSCertificate.getInstance(bytes);
        Candidate candidate = new Candidate(tbs, issuer, leniency);
        List<String> findings = RULES.stream()
                .map(rule -> rule.finding(candidate))
                .flatMap(Optional::stream)
                .toList();
        if (!findings.isEmpty()) {
            throw new Fault.BadRequest(findings).asException();
        }
        return new LintedDraft(bytes, tbs, draft.scheme());
    }

    /** Every rule's id and source, for documentation. */
    public static List<String> rules() {
        return RULES.stream()
                .map(rule -> rule.id() + " (" + rule.source() + ")")
                .toList();
    }
}
