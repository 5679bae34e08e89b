package io.casemate.engine.pki.draft;

import io.casemate.kernel.Fault;
import java.util.List;
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
     * @param path the certificates above, that of the key that will sign first; empty for one that signs itself
     * @throws io.casemate.kernel.FaultException {@code BadRequest} with every finding, each with rule and section
     */
    public static LintedDraft pass(Draft draft, List<Certificate> path, Set<Leniency> leniency) {
        byte[] bytes = draft.encode();
        TBSCertificate tbs = TBSCertificate.getInstance(bytes);
        Candidate candidate = new Candidate(tbs, path, leniency);
        List<String> findings = Stream.concat(
                        changed(draft, tbs), RULES.stream().flatMap(rule -> rule.finding(candidate).stream()))
                .toList();
        if (!findings.isEmpty()) {
            throw new Fault.BadRequest(findings).asException();
        }
        return new LintedDraft(bytes, tbs, draft.scheme());
    }

    /** What binds nobody but is good practice, as findings; empty for the certificate of a CA. */
    public static List<String> advice(LintedDraft linted) {
        Candidate candidate = new Candidate(TBSCertificate.getInstance(linted.bytes()), List.of(), Set.of());
        return AdviceRules.ALL.stream()
                .flatMap(rule -> rule.finding(candidate).stream())
                .toList();
    }

    /** What came out of the encoding other than it went in: a year outside of what two digits can say, for one. */
    private static Stream<String> changed(Draft draft, TBSCertificate tbs) {
        boolean same = tbs.getSerialNumber().getValue().equals(draft.serial())
                && ProfileRules.instant(tbs.getStartDate()).equals(draft.notBefore())
                && ProfileRules.instant(tbs.getEndDate()).equals(draft.notAfter())
                && tbs.getSubjectPublicKeyInfo().equals(draft.key())
                && tbs.getExtensions().equivalent(draft.extensions());
        return same
                ? Stream.empty()
                : Stream.of("lint encoding (RFC 5280 4.1): the certificate cannot be written as drafted");
    }

    /** Every rule's id and source, for documentation. */
    public static List<String> rules() {
        return Stream.concat(RULES.stream(), AdviceRules.ALL.stream())
                .map(rule -> rule.id() + " (" + rule.source() + ")")
                .toList();
    }
}
