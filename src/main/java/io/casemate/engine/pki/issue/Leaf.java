package io.casemate.engine.pki.issue;

import io.casemate.crypto.Signer;
import io.casemate.engine.SecretsEngine.Ttls;
import io.casemate.engine.pki.draft.Draft;
import io.casemate.engine.pki.draft.LintedDraft;
import io.casemate.engine.pki.draft.Linter;
import io.casemate.engine.pki.draft.SignatureScheme;
import io.casemate.engine.pki.issue.Issuance.Beside;
import io.casemate.engine.pki.issue.Issuance.Signed;
import io.casemate.engine.pki.role.Role;
import io.casemate.engine.pki.store.Ids;
import io.casemate.engine.pki.store.Issuer;
import io.casemate.engine.pki.store.KeyEntry;
import io.casemate.engine.pki.store.Keys;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The road of one end certificate: names passed by the role, draft, lint, issuance. */
public final class Leaf {
    private final Desk desk;
    private final Role role;
    private final Issuer issuer;
    private final LeafDraft draft;
    private final Validity validity;
    private final boolean verbatim;

    private Leaf(Desk desk, Role role, Issuer issuer, LeafDraft draft, Validity validity, boolean verbatim) {
        this.desk = desk;
        this.role = role;
        this.issuer = issuer;
        this.draft = draft;
        this.validity = validity;
        this.verbatim = verbatim;
    }

    /** What issuing needs of the mount. */
    public record Desk(Issuance issuance, Keys keys, Urls urls, Ttls ttls, SecureRandom random, InstantSource clock) {}

    /** The certificate, who issued it, and what was not as asked for. */
    public record Issued(Signed signed, Issuer issuer, List<String> warnings) {}

    /**
     * Checks everything that can be checked before there is a key.
     *
     * @throws io.casemate.kernel.FaultException {@code BadRequest} naming what the role does not allow
     */
    public static Leaf of(Desk desk, Role role, Ask ask, Optional<Csr> csr, Issuer issuer) {
        LeafDraft draft = new LeafDraft(role, ask, csr, issuer);
        Validity validity =
                Validity.of(role, ask, issuer, desk.ttls(), desk.clock().instant());
        return new Leaf(desk, role, issuer, draft, validity, false);
    }

    /** The same with subject and usages as the CSR has them. */
    public Leaf verbatim() {
        draft.checkVerbatim();
        return new Leaf(desk, role, issuer, draft, validity, true);
    }

    /** Issues for {@code key}. */
    public Issued issue(PublicKey key) {
        KeyEntry signingKey = desk.keys.find(issuer.keyId());
        SignatureScheme scheme = SignatureScheme.of(signingKey.kind(), role.number("signature_bits"));
        Draft wanted =
                draft.draft(Ids.serial(desk.random), key, validity, scheme, new LeafDraft.Look(desk.urls, verbatim));
        LintedDraft linted = Linter.pass(wanted, Optional.of(issuer.certificate()), draft.leniency());
        Signer signer = desk.keys.signer(signingKey);
        Signed signed = role.flag("no_store")
                ? desk.issuance.issueUnrecorded(linted, signer)
                : desk.issuance.issue(linted, issuer.id(), signer, Beside.NOTHING);
        List<String> warnings = new ArrayList<>(validity.warnings());
        warnings.addAll(draft.warnings());
        return new Issued(signed, issuer, warnings);
    }
}
