package io.casemate.engine.pki;

import io.casemate.barrier.View.Editor;
import io.casemate.crypto.SoftwareSigner;
import io.casemate.engine.pki.draft.KeyStrength;
import io.casemate.engine.pki.issue.Presented;
import io.casemate.engine.pki.store.Fingerprints;
import io.casemate.engine.pki.store.Ids;
import io.casemate.engine.pki.store.Issuer;
import io.casemate.engine.pki.store.KeyEntry;
import io.casemate.engine.pki.store.Keys;
import io.casemate.kernel.Fault;
import io.casemate.kernel.Response;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** What an import brings: sorted into new and known, keys matched to certificates, written as one. */
final class Bundle {
    private final Authority authority;
    private final Map<String, Sent> keys = new LinkedHashMap<>();
    private final List<Presented> certificates = new ArrayList<>();

    Bundle(Authority authority) {
        this.authority = authority;
    }

    /** A key, and what it is called on record if it is new. */
    private record Sent(KeyEntry entry, SoftwareSigner key) {}

    /** What became of everything. */
    private record Outcome(
            List<KeyEntry> newKeys,
            List<KeyEntry> existingKeys,
            List<Issuer> newIssuers,
            List<Issuer> existingIssuers,
            List<Issuer> keyed) {
        Outcome() {
            this(new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        }
    }

    /** Adds a key; one that is on record already stays as it is. */
    void add(SoftwareSigner key) {
        add(key, "");
    }

    /** Adds a key with a name of its own; returns its fingerprint. */
    String add(SoftwareSigner key, String name) {
        KeyEntry entry = new KeyEntry(
                Ids.uuid(authority.context().random()).toString(), name, key.kind(), Optional.empty(), key.publicKey());
        String fingerprint = Keys.fingerprint(entry);
        keys.putIfAbsent(fingerprint, new Sent(entry, key));
        return fingerprint;
    }

    /** Adds a CA certificate. */
    void add(Presented presented) {
        if (!presented.ca()) {
            throw Fault.badRequest("refusing to import a certificate that is not a CA's: "
                    + Ids.colons(
                            Ids.hex(presented.certificate().getSerialNumber().getValue())));
        }
        KeyStrength.weakness(presented.certificate().getSubjectPublicKeyInfo()).ifPresent(weakness -> {
            throw Fault.badRequest("refusing to import a CA certificate: " + weakness);
        });
        if (certificates.stream().noneMatch(each -> Arrays.equals(each.der(), presented.der()))) {
            certificates.add(presented);
        }
    }

    /** Writes what is new and tells what became of everything, with the API's members. */
    Response store() {
        return authority.context().storage().transact(this::write);
    }

    /** Sorts inside the transaction: what others import at the same time is known here, or they know of this. */
    private Response write(Editor editor) {
        Outcome outcome = new Outcome();
        keys.forEach((fingerprint, sent) -> write(editor, fingerprint, sent, outcome));
        certificates.forEach(each -> write(editor, each, outcome));
        Stream<String> certified = certificates.stream()
                .map(each -> Fingerprints.of(each.certificate().getSubjectPublicKeyInfo()));
        // A certificate that is known may have come before its key.
        Stream.concat(keys.keySet().stream(), certified)
                .distinct()
                .flatMap(fingerprint -> authority.keys().byFingerprint(editor, fingerprint).stream())
                .forEach(key -> outcome.keyed().addAll(authority.issuers().link(editor, key)));
        Response told = Response.of(told(outcome));
        return authority
                .issuers()
                .settleDefault(editor, outcome.newIssuers(), outcome.keyed())
                .map(told::warning)
                .orElse(told);
    }

    private void write(Editor editor, String fingerprint, Sent sent, Outcome outcome) {
        Optional<KeyEntry> known = authority.keys().byFingerprint(editor, fingerprint);
        if (known.isPresent()) {
            outcome.existingKeys().add(known.get());
            return;
        }
        authority.keys().put(editor, sent.entry(), sent.key());
        outcome.newKeys().add(sent.entry());
    }

    private void write(Editor editor, Presented presented, Outcome outcome) {
        Optional<Issuer> known = authority.issuers().byCertificate(editor, presented.der());
        if (known.isPresent()) {
            outcome.existingIssuers().add(known.get());
            return;
        }
        String fingerprint = Fingerprints.of(presented.certificate().getSubjectPublicKeyInfo());
        String keyId = authority
                .keys()
                .byFingerprint(editor, fingerprint)
                .map(KeyEntry::id)
                .orElse("");
        Issuer issuer = Issuer.fresh(Ids.uuid(authority.context().random()), "", keyId, presented.der());
        authority.issuers().add(editor, issuer);
        outcome.newIssuers().add(issuer);
    }

    private static Map<String, Object> told(Outcome outcome) {
        Map<String, Object> mapping = new LinkedHashMap<>();
        Stream.of(outcome.newIssuers(), outcome.existingIssuers(), outcome.keyed())
                .flatMap(List::stream)
                .forEach(issuer -> mapping.put(issuer.id().toString(), issuer.keyId()));
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("imported_issuers", ids(outcome.newIssuers()));
        data.put("imported_keys", outcome.newKeys().stream().map(KeyEntry::id).toList());
        data.put("existing_issuers", ids(outcome.existingIssuers()));
        data.put(
                "existing_keys",
                outcome.existingKeys().stream().map(KeyEntry::id).toList());
        data.put("mapping", mapping);
        return data;
    }

    private static List<String> ids(List<Issuer> issuers) {
        return issuers.stream().map(issuer -> issuer.id().toString()).toList();
    }
}
