package io.casemate.engine.pki;

import io.casemate.engine.Field;
import io.casemate.engine.Fields;
import io.casemate.engine.pki.draft.SchemeName;
import io.casemate.engine.pki.draft.SignatureScheme;
import io.casemate.engine.pki.issue.Urls;
import io.casemate.engine.pki.store.Ids;
import io.casemate.engine.pki.store.Issuer;
import io.casemate.engine.pki.store.Issuer.Extra;
import io.casemate.engine.pki.store.Issuer.LeafLife;
import io.casemate.engine.pki.store.Issuers;
import io.casemate.engine.pki.store.Keys;
import io.casemate.kernel.Fault;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What can be set on an issuer, read from fields and shown as fields. */
final class IssuerSettings {
    private static final String TEMPLATING = "enable_aia_url_templating";
    private static final String SCHEME = "revocation_signature_algorithm";
    private static final List<String> URL_FIELDS =
            List.of("issuing_certificates", "crl_distribution_points", "ocsp_servers", "delta_crl_distribution_points");

    /** The fields' declarations. */
    static final Map<String, Field> FIELDS = declared();

    private final Issuers issuers;
    private final Keys keys;

    IssuerSettings(Issuers issuers, Keys keys) {
        this.issuers = issuers;
        this.keys = keys;
    }

    /** {@code old} with what was sent in its place; nothing is written. */
    Issuer changed(Issuer old, Fields fields) {
        String name = fields.has("issuer_name") ? fields.string("issuer_name") : old.name();
        return new Issuer(
                old.id(),
                name.isEmpty() ? "" : Ids.name("issuer_name", name),
                old.keyId(),
                old.der(),
                old.certificate(),
                fields.has("leaf_not_after_behavior")
                        ? leafLife(fields.string("leaf_not_after_behavior"))
                        : old.leafLife(),
                fields.has("usage") ? usages(old, fields.strings("usage")) : old.usages(),
                new Extra(
                        fields.has("manual_chain")
                                ? chain(old, fields.strings("manual_chain"))
                                : old.extra().manualChain(),
                        urls(old.extra().urls(), fields),
                        fields.has(SCHEME)
                                ? scheme(old, fields.string(SCHEME))
                                : old.extra().revocations(),
                        old.extra().modified()));
    }

    /** The members of an issuer's answer that can be set. */
    static Map<String, Object> shown(Issuer issuer) {
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("manual_chain", issuer.extra().manualChain());
        data.put("leaf_not_after_behavior", issuer.leafLife().name().toLowerCase(Locale.ROOT));
        data.put(
                "usage",
                String.join(
                        ",",
                        Issuer.USAGES.stream().filter(issuer.usages()::contains).toList()));
        data.put(SCHEME, issuer.extra().revocations().map(SchemeName::of).orElse(""));
        Map<String, Object> urls = issuer.extra().urls();
        URL_FIELDS.forEach(field -> data.put(field, urls.getOrDefault(field, List.of())));
        data.put(TEMPLATING, urls.getOrDefault(Urls.TEMPLATING, false));
        return data;
    }

    private Optional<SignatureScheme> scheme(Issuer own, String sent) {
        if (!sent.isEmpty() && own.keyId().isEmpty()) {
            throw Fault.badRequest("field '" + SCHEME + "': the issuer has no key here");
        }
        return sent.isEmpty()
                ? Optional.empty()
                : SchemeName.parse(SCHEME, sent, keys.find(own.keyId()).kind());
    }

    private List<String> chain(Issuer own, List<String> refs) {
        List<String> ids =
                refs.stream().map(ref -> issuers.find(ref).id().toString()).toList();
        if (!ids.isEmpty() && !ids.getFirst().equals(own.id().toString())) {
            throw Fault.badRequest("field 'manual_chain': begins with the issuer itself");
        }
        return ids;
    }

    /** Lists that are all empty give way to the mount's. */
    private static Map<String, Object> urls(Map<String, Object> old, Fields fields) {
        Map<String, Object> urls = new LinkedHashMap<>();
        URL_FIELDS.forEach(field ->
                urls.put(field, fields.has(field) ? fields.strings(field) : old.getOrDefault(field, List.of())));
        urls.put(
                Urls.TEMPLATING,
                fields.has(TEMPLATING) ? fields.flag(TEMPLATING) : old.getOrDefault(Urls.TEMPLATING, false));
        Urls.check(urls);
        boolean none = URL_FIELDS.stream().allMatch(field -> urls.get(field).equals(List.of()));
        return none ? Map.of() : urls;
    }

    private static LeafLife leafLife(String sent) {
        return Arrays.stream(LeafLife.values())
                .filter(each -> each.name().toLowerCase(Locale.ROOT).equals(sent))
                .findFirst()
                .orElseThrow(() -> Fault.badRequest(
                        "field 'leaf_not_after_behavior': err, truncate, permit or always_enforce_err"));
    }

    private static Set<String> usages(Issuer own, List<String> sent) {
        if (!Issuer.USAGES.containsAll(sent)) {
            throw Fault.badRequest("field 'usage': of " + Issuer.USAGES);
        }
        sent.stream().filter(usage -> !own.certifiedFor(usage)).findFirst().ifPresent(usage -> {
            throw Fault.badRequest(
                    "field 'usage': " + usage + " is not for this issuer: its certificate has a key usage without it");
        });
        List<String> with = new ArrayList<>(sent);
        with.add(Issuer.USAGES.getFirst());
        return Set.copyOf(with);
    }

    private static Map<String, Field> declared() {
        Map<String, Field> fields = new LinkedHashMap<>();
        fields.put("issuer_name", Field.string("Its name; empty for none."));
        fields.put("leaf_not_after_behavior", Field.string("err, truncate, permit or always_enforce_err."));
        fields.put("usage", Field.strings("Of read-only, issuing-certificates, crl-signing, ocsp-signing."));
        fields.put("manual_chain", Field.strings("The chain to show, its own first; empty for the one that is found."));
        fields.put(
                SCHEME, Field.string("Signs CRLs and OCSP answers, such as SHA256WithRSAPSS; empty: the usual one."));
        fields.put("issuing_certificates", Field.strings("URLs of its certificate; all lists empty: the mount's."));
        fields.put("crl_distribution_points", Field.strings("URLs of its CRL."));
        fields.put("ocsp_servers", Field.strings("URLs of its OCSP responder."));
        fields.put("delta_crl_distribution_points", Field.strings("URLs of its delta CRL."));
        fields.put(TEMPLATING, Field.flag(false, "Fill templates in these URLs, as config/urls does."));
        return Map.copyOf(fields);
    }
}
