package io.casemate.engine.pki.store;

import io.casemate.barrier.View;
import io.casemate.barrier.View.Editor;
import io.casemate.engine.pki.draft.SignatureScheme;
import io.casemate.engine.pki.name.Printable;
import io.casemate.engine.pki.store.Issuer.Extra;
import io.casemate.engine.pki.store.Issuer.LeafLife;
import io.casemate.kernel.Fault;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Certificate;

/** The issuers of a mount, and which of them is the default. Every look-up is by key: many issuers cost nothing. */
public final class Issuers {
    private static final String ENTRY = "issuer/";
    private static final String NAME = "issuer-name/";
    private static final String SUBJECT = "issuer-subject/";
    private static final String KEY = "issuer-key/";
    private static final int MAX_CHAIN = 10;
    private static final int PAGE = 128;
    private static final String HASH = "issuer-hash/";
    private static final String DELETED = "issuer-deleted/";
    private static final String CONFIG = "config/issuers";

    private final View view;
    private final InstantSource clock;
    private final Parents parents;
    private final ParseCache<Issuer> entries = new ParseCache<>();

    /** Issuers below {@code view}. */
    public Issuers(View view, InstantSource clock) {
        this.view = view;
        this.clock = clock;
        this.parents = new Parents(new Revocations(view), clock);
    }

    /**
     * Which issuer is meant when none is named; {@code followsLatest} makes each new one the default.
     *
     * @param modified when that last changed
     */
    public record Defaults(String id, boolean followsLatest, Instant modified) {
        /** Said now. */
        public Defaults(String id, boolean followsLatest) {
            this(id, followsLatest, Instant.EPOCH);
        }
    }

    /** All ids. */
    public List<String> ids() {
        return view.children(ENTRY, "", Integer.MAX_VALUE);
    }

    /** The issuer with this id. */
    public Optional<Issuer> byId(String id) {
        return view.get(ENTRY + id).map(stored -> entries.of(id, stored, () -> parse(id, stored)));
    }

    /** The same as a transaction finds it: what is written from it undoes nothing that came before. */
    public Optional<Issuer> byId(Editor editor, String id) {
        return editor.get(ENTRY + id).map(stored -> entries.of(id, stored, () -> parse(id, stored)));
    }

    /** Whether an issuer signs with {@code key}, as a transaction finds it. */
    public boolean uses(Editor editor, KeyEntry key) {
        return ofKey(editor, Keys.fingerprint(key))
                .anyMatch(issuer -> issuer.keyId().equals(key.id()));
    }

    /** Gives {@code key}, unless it is gone again, to those of its issuers that were waiting for it, and returns them. */
    public List<Issuer> link(Editor editor, KeyEntry key) {
        if (!Keys.has(editor, key.id())) {
            return List.of();
        }
        List<Issuer> linked = ofKey(editor, Keys.fingerprint(key))
                .filter(issuer -> issuer.keyId().isEmpty())
                .map(issuer -> issuer.withKey(key.id()))
                .toList();
        linked.forEach(issuer -> put(editor, issuer, issuer.name()));
        return linked;
    }

    private Stream<Issuer> ofKey(Editor editor, String fingerprint) {
        String folder = KEY + fingerprint + "/";
        return editor.list(folder, "", Integer.MAX_VALUE).stream()
                .flatMap(found -> byId(editor, found.substring(folder.length())).stream());
    }

    /** The issuer with this id or name, or the default one. */
    public Optional<Issuer> byRef(String ref) {
        return ref.equals(Ids.DEFAULT)
                ? byId(defaults().id())
                : byId(ref).or(() -> view.get(NAME + ref).flatMap(id -> byId(Records.text(NAME + ref, id))));
    }

    /**
     * As {@link #byRef}.
     *
     * @throws io.casemate.kernel.FaultException {@code NotFound}
     */
    public Issuer find(String ref) {
        return byRef(ref)
                .orElseThrow(() -> Fault.notFound(
                        ref.equals(Ids.DEFAULT)
                                ? "no default issuer currently configured"
                                : "unable to find PKI issuer for reference: " + Printable.of(ref)));
    }

    /** The certificates that are shown with what {@code issuer} signs, its own first: its manual chain, else its {@link #path}. */
    public List<Issuer> chain(Issuer issuer) {
        return issuer.extra().manualChain().isEmpty()
                ? path(issuer)
                : issuer.extra().manualChain().stream()
                        .map(this::byId)
                        .flatMap(Optional::stream)
                        .toList();
    }

    /** The same; without the roots in it, if {@code withoutRoots}. */
    public List<Issuer> chain(Issuer issuer, boolean withoutRoots) {
        return chain(issuer).stream()
                .filter(each -> !withoutRoots || !each.selfIssued())
                .toList();
    }

    /**
     * The issuers from {@code issuer} up to the root as far as they are known here, itself first: what they forbid holds, whatever
     * chain is shown. Found at every call, so an issuer that comes later completes the paths of those before it.
     */
    public List<Issuer> path(Issuer issuer) {
        List<Issuer> path = new ArrayList<>(List.of(issuer));
        while (path.size() < MAX_CHAIN && !path.getLast().selfIssued()) {
            Issuer last = path.getLast();
            Optional<Issuer> parent = parents.best(
                    last,
                    named(last.certificate().getIssuer())
                            .filter(each ->
                                    path.stream().noneMatch(below -> below.id().equals(each.id()))));
            if (parent.isEmpty()) {
                break;
            }
            path.add(parent.get());
        }
        return path;
    }

    /** The issuer whose certificate this is. */
    public Optional<Issuer> byCertificate(byte[] der) {
        return of(der, ofKey(keyOf(der)));
    }

    /** The same as a transaction finds it. */
    public Optional<Issuer> byCertificate(Editor editor, byte[] der) {
        return of(der, ofKey(editor, keyOf(der)));
    }

    private static String keyOf(byte[] der) {
        return Fingerprints.of(Certificate.getInstance(der).getSubjectPublicKeyInfo());
    }

    private static Optional<Issuer> of(byte[] der, Stream<Issuer> candidates) {
        return candidates.filter(issuer -> Arrays.equals(issuer.der(), der)).findFirst();
    }

    /** The issuers of a name. */
    public Stream<Issuer> named(X500Name subject) {
        return indexed(SUBJECT, Fingerprints.of(subject));
    }

    /** The issuers of a key, by the key's fingerprint. */
    public Stream<Issuer> ofKey(String fingerprint) {
        return indexed(KEY, fingerprint);
    }

    /** The issuers whose key has this hash, in hex, of its bits: how OCSP names them (RFC 6960 4.1.1). */
    public Stream<Issuer> ofKeyHash(String hash) {
        return indexed(HASH, hash);
    }

    /** All of them, however many: a page of ids is held at a time. */
    private Stream<Issuer> indexed(String index, String fingerprint) {
        String folder = index + fingerprint + "/";
        return Stream.iterate(
                        view.list(folder, "", PAGE),
                        page -> !page.isEmpty(),
                        page -> page.size() < PAGE ? List.of() : view.list(folder, page.getLast(), PAGE))
                .flatMap(List::stream)
                .flatMap(key -> byId(key.substring(folder.length())).stream());
    }

    /** The default and its policy. */
    public Defaults defaults() {
        return view.get(CONFIG).map(Issuers::defaults).orElse(new Defaults("", false));
    }

    /** The same as a transaction finds it. */
    public Defaults defaults(Editor editor) {
        return editor.get(CONFIG).map(Issuers::defaults).orElse(new Defaults("", false));
    }

    /** Sets the default and its policy. */
    public void defaults(Editor editor, Defaults defaults) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("default", defaults.id());
        members.put("default_follows_latest_issuer", defaults.followsLatest());
        members.put("modified", clock.instant().getEpochSecond());
        editor.put(CONFIG, Records.json(members));
    }

    /** Writes a new issuer. Refuses a name that another issuer has, and a key that is gone. */
    public void add(Editor editor, Issuer issuer) {
        if (!issuer.keyId().isEmpty() && !Keys.has(editor, issuer.keyId())) {
            throw Fault.badRequest("the issuer's key " + issuer.keyId() + " was deleted meanwhile");
        }
        put(editor, issuer, "");
        editor.put(subjectKey(issuer), Records.text(""));
        editor.put(keyKey(issuer), Records.text(""));
        hashKeys(issuer).forEach(key -> editor.put(key, Records.text("")));
    }

    /**
     * Settles which issuer is meant when none is named, now that some came or got their key. Only one that can issue is ever
     * chosen: the first of all where there is no default yet; where it follows the latest, the one among {@code added}.
     *
     * @return why the default stays, though it follows the latest
     */
    public Optional<String> settleDefault(Editor editor, List<Issuer> added, List<Issuer> keyed) {
        Defaults now = defaults(editor);
        List<Issuer> able =
                added.stream().filter(issuer -> !issuer.keyId().isEmpty()).toList();
        Optional<Issuer> next = now.id().isEmpty()
                ? Stream.concat(able.stream(), keyed.stream()).findFirst()
                : able.stream()
                        .filter(_ -> now.followsLatest() && able.size() == 1)
                        .findFirst();
        next.ifPresent(issuer -> defaults(editor, new Defaults(issuer.id().toString(), now.followsLatest())));
        return next.isPresent() || !now.followsLatest() || added.isEmpty()
                ? Optional.empty()
                : Optional.of("the default issuer stays as it is: of those that came, "
                        + (able.isEmpty() ? "none has" : able.size() + " have")
                        + " a key here; set it by config/issuers");
    }

    /** Writes an issuer that was called {@code oldName} before. */
    public void put(Editor editor, Issuer issuer, String oldName) {
        String id = issuer.id().toString();
        if (!issuer.name().equals(oldName)) {
            if (!oldName.isEmpty()) {
                editor.delete(NAME + oldName);
            }
            if (!issuer.name().isEmpty()) {
                if (editor.get(NAME + issuer.name()).isPresent()) {
                    throw Fault.badRequest("issuer name already in use: '" + issuer.name() + "'");
                }
                editor.put(NAME + issuer.name(), Records.text(id));
            }
        }
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("name", issuer.name());
        members.put("key_id", issuer.keyId());
        members.put("certificate", Base64.getEncoder().encodeToString(issuer.der()));
        members.put("leaf_not_after", issuer.leafLife().name().toLowerCase(Locale.ROOT));
        members.put("usages", issuer.usages());
        members.put("manual_chain", issuer.extra().manualChain());
        members.put("urls", issuer.extra().urls());
        members.put(
                "revocation_scheme",
                issuer.extra().revocations().map(SignatureScheme::name).orElse(""));
        members.put("modified", clock.instant().getEpochSecond());
        editor.put(ENTRY + id, Records.json(members));
    }

    /** Issuers of a scope that were deleted: revocations of what they issued belong to whoever speaks for the scope. */
    List<UUID> deleted(String scope) {
        return view.children(DELETED + scope + "/", "", Integer.MAX_VALUE).stream()
                .map(UUID::fromString)
                .toList();
    }

    /**
     * Removes an issuer with its OCSP delegate; a default that pointed to it points to none. That it was there stays on record, so
     * that what waits for the next CRL, or is revoked later, reaches the CRL of a twin, now or when there is one.
     */
    public void delete(Editor editor, Issuer issuer) {
        editor.put(DELETED + CrlScope.id(issuer) + "/" + issuer.id(), Records.text(""));
        DelegateKeys.delete(editor, issuer.id());
        editor.delete(ENTRY + issuer.id());
        editor.delete(subjectKey(issuer));
        editor.delete(keyKey(issuer));
        hashKeys(issuer).forEach(editor::delete);
        if (!issuer.name().isEmpty()) {
            editor.delete(NAME + issuer.name());
        }
        editor.get(CONFIG)
                .map(Issuers::defaults)
                .filter(now -> now.id().equals(issuer.id().toString()))
                .ifPresent(now -> defaults(editor, new Defaults("", now.followsLatest())));
    }

    /** Forgets every parsed issuer. */
    public void clear() {
        entries.clear();
    }

    private static String subjectKey(Issuer issuer) {
        return SUBJECT + Fingerprints.of(issuer.certificate().getSubject()) + "/" + issuer.id();
    }

    private static List<String> hashKeys(Issuer issuer) {
        return Fingerprints.ofKeyBits(issuer.certificate().getSubjectPublicKeyInfo()).stream()
                .map(hash -> HASH + hash + "/" + issuer.id())
                .toList();
    }

    private static String keyKey(Issuer issuer) {
        return KEY + Fingerprints.of(issuer.certificate().getSubjectPublicKeyInfo()) + "/" + issuer.id();
    }

    private static Defaults defaults(byte[] stored) {
        Map<String, Object> members = Records.members(stored);
        return new Defaults(
                (String) members.get("default"),
                (Boolean) members.get("default_follows_latest_issuer"),
                modified(members));
    }

    @SuppressWarnings("unchecked")
    private static Issuer parse(String id, byte[] stored) {
        Map<String, Object> members = Records.members(stored);
        byte[] der = Base64.getDecoder().decode((String) members.get("certificate"));
        return new Issuer(
                UUID.fromString(id),
                (String) members.get("name"),
                (String) members.get("key_id"),
                der,
                Certificate.getInstance(der),
                LeafLife.valueOf(((String) members.get("leaf_not_after")).toUpperCase(Locale.ROOT)),
                Set.copyOf((List<String>) members.get("usages")),
                new Extra(
                        (List<String>) members.getOrDefault("manual_chain", List.of()),
                        (Map<String, Object>) members.getOrDefault("urls", Map.of()),
                        revocations(members),
                        modified(members)));
    }

    /** Absent in records of earlier releases. */
    private static Optional<SignatureScheme> revocations(Map<String, Object> members) {
        return Optional.of((String) members.getOrDefault("revocation_scheme", ""))
                .filter(name -> !name.isEmpty())
                .map(SignatureScheme::valueOf);
    }

    /** Absent in records of earlier releases. */
    private static Instant modified(Map<String, Object> members) {
        return Instant.ofEpochSecond((Long) members.getOrDefault("modified", 0L));
    }
}
