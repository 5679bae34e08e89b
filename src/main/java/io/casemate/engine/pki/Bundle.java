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

/** What an import brings: sorted into new and known, keys matched to certificates, written as one. */
final class Bundle {
    private final Authority authority;
    private final Map<String, KeyEntry> keys = new LinkedHashMap<>();
    private final Map<String, SoftwareSigner> newKeys = new LinkedHashMap<>();
    private final List<Presented> certificates = new ArrayList<>();
    private final List<String> existingIssuers = new ArrayList<>();
    private final List<String> existingKeys = new ArrayList<>();
    private final List<Issuer> newIssuers = new ArrayList<>();
    private final List<Issuer> keyed = new ArrayList<>();

    Bundle(Authority authority) {
        this.authority = authority;
    }

    /** Adds a key; one that is on record already stays as it is. */
    void add(SoftwareSigner key) {
        add(key, "");
    }

    /** Adds a key with a name of its own; returns the id that it has, or will have. */
    String add(SoftwareSigner key, String name) {
        KeyEntry entry = new KeyEntry(
                Ids.uuid(authority.context().random()).toString(), name, key.kind(), Optional.empty(), key.publicKey());
        String fingerprint = Keys.fingerprint(entry);
        Optional<KeyEntry> known = authority.keys().byFingerprint(fingerprint);
        known.ifPresent(there -> existingKeys.add(there.id()));
        if (keys.putIfAbsent(fingerprint, known.orElse(entry)) == null && known.isEmpty()) {
            newKeys.put(fingerprint, key);
        }
        return keys.get(fingerprint).id();
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
        certificates.forEach(this::sort);
        linkKnownIssuers();
        Optional<String> warning = authority.context().storage().transact(this::write);
        Response answer = Response.of(told());
        return warning.map(answer::warning).orElse(answer);
    }

    private Map<String, Object> told() {
        Map<String, Object> mapping = new LinkedHashMap<>();
        newIssuers.forEach(issuer -> mapping.put(issuer.id().toString(), issuer.keyId()));
        keyed.forEach(issuer -> mapping.put(issuer.id().toString(), issuer.keyId()));
        existingIssuers.forEach(id -> mapping.putIfAbsent(
                id, authority.issuers().byId(id).map(Issuer::keyId).orElse("")));
        Map<String, Object> data = new LinkedHashMap<>();
        data.put(
                "imported_issuers",
                newIssuers.stream().map(issuer -> issuer.id().toString()).toList());
        data.put(
                "imported_keys",
                newKeys.keySet().stream().map(each -> keys.get(each).id()).toList());
        data.put("existing_issuers", existingIssuers);
        data.put("existing_keys", existingKeys);
        data.put("mapping", mapping);
        return data;
    }

    private void sort(Presented presented) {
        String fingerprint = Fingerprints.of(presented.certificate().getSubjectPublicKeyInfo());
        Optional<Issuer> known = authority.issuers().byCertificate(presented.der());
        if (known.isPresent()) {
            existingIssuers.add(known.get().id().toString());
            return;
        }
        String keyId = Optional.ofNullable(keys.get(fingerprint))
                .or(() -> authority.keys().byFingerprint(fingerprint))
                .map(KeyEntry::id)
                .orElse("");
        newIssuers.add(Issuer.fresh(Ids.uuid(authority.context().random()), "", keyId, presented.der()));
    }

    /** A new key may belong to an issuer that came before it. */
    private void linkKnownIssuers() {
        newKeys.keySet()
                .forEach(fingerprint -> authority
                        .issuers()
                        .ofKey(fingerprint)
                        .filter(issuer -> issuer.keyId().isEmpty())
                        .map(issuer -> issuer.withKey(keys.get(fingerprint).id()))
                        .forEach(keyed::add));
    }

    /** Writes everything; says why the default issuer stays where it might have been expected to move. */
    private Optional<String> write(Editor editor) {
        newKeys.forEach((fingerprint, key) -> authority.keys().put(editor, keys.get(fingerprint), key));
        newIssuers.forEach(issuer -> authority.issuers().add(editor, issuer));
        List<Issuer> linked = keyed.stream()
                .flatMap(issuer -> authority.issuers().byId(editor, issuer.id().toString()).stream()
                        .map(now -> now.withKey(issuer.keyId())))
                .toList();
        linked.forEach(issuer -> authority.issuers().put(editor, issuer, issuer.name()));
        return authority.issuers().settleDefault(editor, newIssuers, linked);
    }
}
