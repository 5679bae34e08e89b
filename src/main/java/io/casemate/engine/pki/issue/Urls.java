package io.casemate.engine.pki.issue;

import io.casemate.engine.Field;
import io.casemate.engine.pki.store.CrlShards;
import io.casemate.engine.pki.store.CrlShards.Shards;
import io.casemate.kernel.Fault;
import java.io.IOException;
import java.math.BigInteger;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.bouncycastle.asn1.x509.AccessDescription;
import org.bouncycastle.asn1.x509.AuthorityInformationAccess;
import org.bouncycastle.asn1.x509.CRLDistPoint;
import org.bouncycastle.asn1.x509.DistributionPoint;
import org.bouncycastle.asn1.x509.DistributionPointName;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;

/** Where certificates say that their issuer, its CRL and its OCSP responder are found ({@code config/urls}). */
public record Urls(List<String> issuing, List<String> crl, List<String> ocsp, List<String> delta, Shards shards) {
    /** The switch for templates, as {@code config/urls} calls it. */
    public static final String TEMPLATING = "enable_templating";

    private static final String DELTA = "delta_crl_distribution_points";
    private static final Map<String, Object> SAMPLE =
            Map.of("path", "https://a.example.com/v1/pki", "aia_path", "http://a.example.com/pki");

    /** None. */
    public static final Urls NONE = new Urls(List.of(), List.of(), List.of(), List.of(), Shards.NONE);

    /** The fields' declarations. */
    public static final Map<String, Field> FIELDS = declared();

    /** Reads stored values. */
    @SuppressWarnings("unchecked")
    public static Urls of(Map<String, Object> values) {
        return new Urls(
                (List<String>) values.get("issuing_certificates"),
                (List<String>) values.get("crl_distribution_points"),
                (List<String>) values.get("ocsp_servers"),
                (List<String>) values.getOrDefault(DELTA, List.of()),
                Shards.NONE);
    }

    /**
     * The same with {@code {{issuer_id}}}, {@code {{cluster_path}}} and {@code {{cluster_aia_path}}} filled. A CRL's address may keep
     * {@code {{crl_shard}}}, which each certificate fills with its own.
     *
     * @param cluster {@code config/cluster}
     * @throws io.casemate.kernel.FaultException {@code BadRequest} when a template has no value there
     */
    public Urls filled(UUID issuer, Map<String, Object> cluster) {
        Map<String, String> known = Map.of(
                "{{issuer_id}}", issuer.toString(),
                "{{cluster_path}}", (String) cluster.getOrDefault("path", ""),
                "{{cluster_aia_path}}", (String) cluster.getOrDefault("aia_path", ""));
        return new Urls(
                filled(issuing, known, ""),
                filled(crl, known, CrlShards.MARK),
                filled(ocsp, known, ""),
                filled(delta, known, ""),
                shards);
    }

    /** Whether certificates name a shard of the CRL. */
    public boolean sharded() {
        return !shardAddresses().isEmpty();
    }

    /** The addresses of shards, without their numbers. */
    public List<String> shardAddresses() {
        return crl.stream().filter(url -> url.contains(CrlShards.MARK)).toList();
    }

    /** The same, knowing what shards there are. */
    public Urls sharded(Shards all) {
        return new Urls(issuing, crl, ocsp, delta, all);
    }

    /** For one certificate. Who names a shard names no delta: a delta adds to the complete CRL (RFC 5280 5.2.4). */
    public Urls of(BigInteger serial) {
        return sharded()
                ? new Urls(
                        issuing,
                        crl.stream()
                                .map(url -> CrlShards.place(url, shards.of(serial)))
                                .toList(),
                        ocsp,
                        List.of(),
                        Shards.NONE)
                : this;
    }

    private static List<String> filled(List<String> templates, Map<String, String> known, String kept) {
        return templates.stream().map(template -> filled(template, known, kept)).toList();
    }

    private static String filled(String template, Map<String, String> known, String kept) {
        String url = template;
        for (Map.Entry<String, String> each : known.entrySet()) {
            if (url.contains(each.getKey()) && each.getValue().isEmpty()) {
                throw Fault.badRequest("the URL template " + template + " needs "
                        + (each.getKey().contains("aia") ? "aia_path" : "path") + " of config/cluster");
            }
            url = url.replace(each.getKey(), each.getValue());
        }
        check(kept.isEmpty() ? url : url.replace(kept, "0"));
        return url;
    }

    /** Refuses what is no URL that a client could fetch from. */
    public static void check(Map<String, Object> values) {
        Urls urls = of(values);
        boolean templates = Boolean.TRUE.equals(values.get(TEMPLATING));
        (templates ? urls.filled(new UUID(0, 0), SAMPLE) : urls).checkEach();
    }

    private void checkEach() {
        List<String> crls = crl.stream().map(url -> CrlShards.place(url, 0)).toList();
        List.of(issuing, crls, ocsp, delta).forEach(list -> list.forEach(Urls::check));
    }

    /** Adds authorityInfoAccess, cRLDistributionPoints and freshestCRL (RFC 5280 4.2.2.1, 4.2.1.13, 4.2.1.15) where there is something to say. */
    void addTo(ExtensionsGenerator extensions) throws IOException {
        List<AccessDescription> access = new ArrayList<>();
        ocsp.forEach(url -> access.add(new AccessDescription(AccessDescription.id_ad_ocsp, uri(url))));
        issuing.forEach(url -> access.add(new AccessDescription(AccessDescription.id_ad_caIssuers, uri(url))));
        if (!access.isEmpty()) {
            extensions.addExtension(
                    Extension.authorityInfoAccess,
                    false,
                    new AuthorityInformationAccess(access.toArray(AccessDescription[]::new)));
        }
        if (!crl.isEmpty()) {
            extensions.addExtension(Extension.cRLDistributionPoints, false, points(crl));
        }
        if (!delta.isEmpty()) {
            extensions.addExtension(Extension.freshestCRL, false, points(delta));
        }
    }

    /** One distribution point for each address. */
    public static CRLDistPoint points(List<String> urls) {
        return new CRLDistPoint(urls.stream()
                .map(url -> new DistributionPoint(new DistributionPointName(new GeneralNames(uri(url))), null, null))
                .toArray(DistributionPoint[]::new));
    }

    /** Refuses what is no URL. */
    public static void check(String url) {
        try {
            URI uri = new URI(url);
            boolean ascii = url.length() <= 2048 && url.chars().allMatch(c -> c > 0x20 && c < 0x7F);
            if (ascii
                    && uri.getScheme() != null
                    && Set.of("http", "https", "ldap", "ldaps").contains(uri.getScheme())
                    && uri.getRawSchemeSpecificPart().startsWith("//")) {
                return;
            }
        } catch (URISyntaxException e) {
            throw new Fault.BadRequest(List.of("config/urls: invalid URL")).causedBy(e);
        }
        throw Fault.badRequest("config/urls: expected URLs such as http://pki.example.com/ca.der");
    }

    /** An address as a name. */
    public static GeneralName uri(String url) {
        return new GeneralName(GeneralName.uniformResourceIdentifier, url);
    }

    private static Map<String, Field> declared() {
        Map<String, Field> fields = new LinkedHashMap<>();
        fields.put("issuing_certificates", Field.strings("URLs of the issuer's certificate."));
        fields.put("crl_distribution_points", Field.strings("URLs of the CRL."));
        fields.put("ocsp_servers", Field.strings("URLs of the OCSP responder."));
        fields.put(DELTA, Field.strings("URLs of the delta CRL."));
        fields.put(
                TEMPLATING,
                Field.flag(
                        false,
                        "Fill {{issuer_id}}, {{cluster_path}} and {{cluster_aia_path}} in the URLs, and {{crl_shard}}"
                                + " in those of CRLs."));
        return Collections.unmodifiableMap(fields);
    }
}
