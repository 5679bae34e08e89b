package io.casemate.engine.pki.issue;

import io.casemate.crypto.Signer;
import io.casemate.engine.SecretsEngine.Ttls;
import io.casemate.engine.pki.draft.Draft;
import io.casemate.engine.pki.draft.LintedDraft;
import io.casemate.engine.pki.draft.Linter;
import io.casemate.engine.pki.draft.SignatureScheme;
import io.casemate.engine.pki.issue.Issuance.Beside;
import io.casemate.engine.pki.issue.Issuance.Signed;
import io.casemate.engine.pki.name.AltNames;
import io.casemate.engine.pki.role.Role;
import io.casemate.engine.pki.store.Ids;
import io.casemate.engine.pki.store.Issuer;
import io.casemate.engine.pki.store.KeyEntry;
import io.casemate.engine.pki.store.Keys;
import io.casemate.kernel.Fault;
import java.math.BigInteger;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The road of one end certificate: names passed by the role, draft, lint, issuance. */
public final class Leaf {
    private final Services services;
    private final Role role;
    private final List<Issuer> path;
    private final LeafDraft draft;
    private final Validity validity;
    private final boolean verbatim;

    private Leaf(
            Services services, Role role, List<Issuer> path, LeafDraft draft, Validity validity, boolean verbatim) {
        this.services = services;
        this.role = role;
        this.path = path;
        this.draft = draft;
        this.validity = validity;
        this.verbatim = verbatim;
    }

    /** What issuing needs of the mount. */
    public record Services(
            Issuance issuance, Keys keys, Urls urls, Ttls ttls, SecureRandom random, InstantSource clock) {}

    /**
     * The certificate, and what was not as asked for.
     *
     * @param issuer who issued it
     */
    public record Issued(Signed signed, Issuer issuer, List<String> warnings) {}

    /**
     * Checks everything that can be checked before there is a key.
     *
     * @param path who shall issue it, and those above as far as they are known
     * @throws io.casemate.kernel.FaultException {@code BadRequest} naming what the role does not allow
     */
    public static Leaf of(Services services, Role role, LeafRequest ask, Optional<Csr> csr, List<Issuer> path) {
        Issuer issuer = path.getFirst();
        LeafDraft draft = new LeafDraft(role, ask, csr, issuer);
        Validity validity = Validity.of(
                role, ask.life(), issuer, services.ttls(), services.clock().instant());
        return new Leaf(services, role, path, draft, validity, false);
    }

    /** The same with subject and usages as the CSR has them. */
    public Leaf verbatim() {
        draft.checkVerbatim();
        return new Leaf(services, role, path, draft, validity, true);
    }

    /** Issues for {@code key}. */
    public Issued issue(PublicKey key) {
        return issue(key, Beside.NOTHING);
    }

    /** Issues for {@code key}, and writes {@code beside} with the certificate; a role with {@code no_store} writes nothing. */
    public Issued issue(PublicKey key, Beside beside) {
        Issuer issuer = path.getFirst();
        KeyEntry signingKey = services.keys.find(issuer.keyId());
        SignatureScheme scheme =
                SignatureScheme.of(signingKey.kind(), role.number("signature_bits"), role.flag("use_pss"));
        BigInteger serial = Ids.serial(services.random);
        Draft wanted =
                draft.draft(serial, key, validity, scheme, new LeafDraft.Look(services.urls.of(serial), verbatim));
        LintedDraft linted =
                Linter.pass(wanted, path.stream().map(Issuer::certificate).toList(), draft.leniency());
        List<String> advice = advice(linted);
        Signer signer = services.keys.signer(signingKey);
        Signed signed = role.flag("no_store")
                ? services.issuance.issueUnrecorded(linted, signer)
                : services.issuance.issue(linted, issuer.id(), signer, beside);
        List<String> warnings = new ArrayList<>(validity.warnings());
        warnings.addAll(draft.warnings());
        warnings.addAll(advice);
        return new Issued(signed, issuer, warnings);
    }

    /** Advice that the role wants told; refused when the role makes it binding. */
    private List<String> advice(LintedDraft linted) {
        if (role.text("lint").equals("standard")) {
            return List.of();
        }
        List<String> advice = Linter.advice(linted);
        if (role.text("lint").equals("strict") && !advice.isEmpty()) {
            throw new Fault.BadRequest(advice).asException();
        }
        return advice;
    }

    /** What will stand in {@code subjectAltName}. */
    public AltNames altNames() {
        return draft.altNames();
    }

    /** The names that the certificate will bear, as text. */
    public List<String> names() {
        return draft.names();
    }
}
