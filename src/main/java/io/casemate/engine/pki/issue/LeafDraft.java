package io.casemate.engine.pki.issue;

import io.casemate.crypto.PublicKeys;
import io.casemate.engine.pki.draft.Draft;
import io.casemate.engine.pki.draft.KeyUsages;
import io.casemate.engine.pki.draft.Leniency;
import io.casemate.engine.pki.draft.SignatureScheme;
import io.casemate.engine.pki.name.AltNames;
import io.casemate.engine.pki.name.CommonName;
import io.casemate.engine.pki.name.DnsName;
import io.casemate.engine.pki.name.IpAddress;
import io.casemate.engine.pki.name.MailAddress;
import io.casemate.engine.pki.name.OtherName;
import io.casemate.engine.pki.name.UriName;
import io.casemate.engine.pki.role.NameRules;
import io.casemate.engine.pki.role.PolicyIdentifiers;
import io.casemate.engine.pki.role.Role;
import io.casemate.engine.pki.role.SubjectName;
import io.casemate.engine.pki.store.Issuer;
import io.casemate.engine.pki.store.Issuer.LeafLife;
import io.casemate.kernel.Fault;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.CertificatePolicies;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.PolicyInformation;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;

/** Turns a role, a request and an issuer into the draft of an end certificate. */
final class LeafDraft {
    private final Role role;
    private final LeafRequest ask;
    private final Optional<Csr> csr;
    private final Issuer issuer;
    private final LeafNames names;

    LeafDraft(Role role, LeafRequest ask, Optional<Csr> csr, Issuer issuer) {
        this.role = role;
        this.ask = ask;
        this.csr = csr;
        this.issuer = issuer;
        this.names = LeafNames.of(role, ask, csr);
    }

    /** What did not go as asked. */
    List<String> warnings() {
        return Stream.concat(names.warnings().stream(), KeyUsages.leftOut(role.strings("key_usage")).stream())
                .toList();
    }

    /** What will stand in {@code subjectAltName}. */
    AltNames altNames() {
        return names.altNames();
    }

    /** Every name that the certificate will bear, as text, without repetition. */
    List<String> names() {
        AltNames all = names.altNames();
        return Stream.of(
                        names.commonName().map(CommonName::text).stream(),
                        all.dns().stream().map(DnsName::text),
                        all.mails().stream().map(MailAddress::text),
                        all.ips().stream().map(IpAddress::text),
                        all.uris().stream().map(UriName::text),
                        all.others().stream().map(OtherName::spelt))
                .flatMap(each -> each)
                .distinct()
                .toList();
    }

    /** What the rules may let pass. */
    Set<Leniency> leniency() {
        EnumSet<Leniency> leniency = EnumSet.noneOf(Leniency.class);
        if (issuer.leafLife() == LeafLife.PERMIT) {
            leniency.add(Leniency.MAY_OUTLIVE_ISSUER);
        }
        if (ask.excludeCommonName()) {
            leniency.add(Leniency.CN_NOT_IN_SANS);
        }
        if (!role.flag("enforce_hostnames")) {
            leniency.add(Leniency.UNDERSCORES);
        }
        return leniency;
    }

    /** Refuses a CSR that cannot be signed as it is. */
    void checkVerbatim() {
        VerbatimExtensions.check(csr.orElseThrow());
    }

    /** The draft for {@code key}; {@code verbatim} takes subject and key usages from the CSR as they are. */
    Draft draft(BigInteger serial, PublicKey key, Validity validity, SignatureScheme scheme, Look look) {
        SubjectPublicKeyInfo spki = SubjectPublicKeyInfo.getInstance(key.getEncoded());
        X500Name subject = look.verbatim() ? CsrNames.rebuilt(csr.orElseThrow().subject()) : subject();
        return new Draft(
                serial,
                issuer.certificate().getSubject(),
                subject,
                validity.notBefore(),
                validity.notAfter(),
                spki,
                scheme,
                extensions(spki, PublicKeys.type(key), subject.getRDNs().length == 0, look)
                        .generate());
    }

    /** How the certificate is to look beside its names. */
    record Look(Urls urls, boolean verbatim) {}

    private X500Name subject() {
        NameRules rules = new NameRules(role);
        String serialNumber = serialNumber();
        if (!serialNumber.isEmpty()) {
            rules.checkPatterns("serial_numbers", List.of(serialNumber));
        }
        rules.checkPatterns("user_ids", ask.userIds());
        return SubjectName.of(role).complete(names.commonName().map(CommonName::text), serialNumber, ask.userIds());
    }

    /** The subject's, from the field, or from the CSR where the role has it so. */
    private String serialNumber() {
        boolean fromCsr = ask.serialNumber().isEmpty()
                && role.text("serial_number_source").equals("json-csr");
        return csr.filter(_ -> fromCsr)
                .flatMap(request -> CsrNames.attribute(request.subject(), BCStyle.SERIALNUMBER))
                .orElse(ask.serialNumber());
    }

    private ExtensionsGenerator extensions(SubjectPublicKeyInfo key, String keyType, boolean noSubject, Look look) {
        ExtensionsGenerator all = new ExtensionsGenerator();
        try {
            int usage =
                    look.verbatim() ? VerbatimExtensions.keyUsage(csr.orElseThrow(), role, keyType) : usage(keyType);
            if (usage != 0) {
                all.addExtension(Extension.keyUsage, true, new KeyUsage(usage));
            }
            List<KeyPurposeId> purposes =
                    look.verbatim() ? VerbatimExtensions.purposes(csr.orElseThrow(), role) : purposes(role);
            if (!purposes.isEmpty()) {
                all.addExtension(
                        Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purposes.toArray(KeyPurposeId[]::new)));
            }
            // A request signed as it is may leave nothing else that says what it is not.
            if (role.flag("basic_constraints_valid_for_non_ca") || (look.verbatim() && usage == 0)) {
                all.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
            }
            CaExtensions.keyIds(all, KeyIds.of(key), Optional.of(issuer.certificate()));
            look.urls().addTo(all);
            if (!names.altNames().isEmpty()) {
                all.addExtension(
                        Extension.subjectAlternativeName,
                        noSubject,
                        names.altNames().encode());
            }
            others(all, look);
            return all;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What a request signed as it is brings along; policies are the role's where it brings none. */
    private void others(ExtensionsGenerator all, Look look) throws IOException {
        if (look.verbatim()) {
            VerbatimExtensions.carry(csr.orElseThrow(), all);
        }
        if (!all.hasExtension(Extension.certificatePolicies)) {
            policies(all);
        }
    }

    /** The role's; none at all when the role names none. */
    private int usage(String keyType) {
        if (role.strings("key_usage").isEmpty()) {
            return 0;
        }
        int fitting = KeyUsages.fitting(KeyUsages.ofLeaf(role.strings("key_usage")), keyType);
        if (fitting == 0) {
            throw Fault.badRequest(
                    "none of the role's key usages " + role.strings("key_usage") + " fits a key of type " + keyType);
        }
        return fitting;
    }

    /** The role's extended key usages. */
    static List<KeyPurposeId> purposes(Role role) {
        List<KeyPurposeId> purposes = new ArrayList<>();
        add(purposes, role.flag("server_flag"), KeyPurposeId.id_kp_serverAuth);
        add(purposes, role.flag("client_flag"), KeyPurposeId.id_kp_clientAuth);
        add(purposes, role.flag("code_signing_flag"), KeyPurposeId.id_kp_codeSigning);
        add(purposes, role.flag("email_protection_flag"), KeyPurposeId.id_kp_emailProtection);
        purposes.addAll(KeyUsages.extended(role.strings("ext_key_usage")));
        KeyUsages.oids("ext_key_usage_oids", role.strings("ext_key_usage_oids"))
                .forEach(oid -> purposes.add(KeyPurposeId.getInstance(oid)));
        return purposes.stream().distinct().toList();
    }

    private static void add(List<KeyPurposeId> purposes, boolean wanted, KeyPurposeId purpose) {
        if (wanted) {
            purposes.add(purpose);
        }
    }

    private void policies(ExtensionsGenerator all) throws IOException {
        PolicyInformation[] policies = PolicyIdentifiers.parse(role.strings("policy_identifiers")).stream()
                .toArray(PolicyInformation[]::new);
        if (policies.length > 0) {
            all.addExtension(Extension.certificatePolicies, false, new CertificatePolicies(policies));
        }
    }
}
