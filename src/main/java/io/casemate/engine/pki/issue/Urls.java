package io.casemate.engine.pki.issue;

import io.casemate.engine.Field;
import io.casemate.kernel.Fault;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
public record Urls(List<String> issuing, List<String> crl, List<String> ocsp) {
    /** None. */
    public static final Urls NONE = new Urls(List.of(), List.of(), List.of());

    /** The fields' declarations. */
    public static final Map<String, Field> FIELDS = declared();

    /** Reads stored values. */
    @SuppressWarnings("unchecked")
    public static Urls of(Map<String, Object> values) {
        return new Urls(
                (List<String>) values.get("issuing_certificates"),
                (List<String>) values.get("crl_distribution_points"),
                (List<String>) values.get("ocsp_servers"));
    }

    /** Refuses what is no URL that a client could fetch from. */
    public static void check(Map<String, Object> values) {
        Urls urls = of(values);
        if (Boolean.TRUE.equals(values.get("enable_templating"))) {
            throw Fault.badRequest("field 'enable_templating': only false is supported by this version");
        }
        List.of(urls.issuing, urls.crl, urls.ocsp).forEach(list -> list.forEach(Urls::check));
    }

    /** Adds authorityInfoAccess and cRLDistributionPoints (RFC 5280 4.2.2.1, 4.2.1.13) where there is something to say. */
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
            DistributionPoint[] points = crl.stream()
                    .map(url ->
                            new DistributionPoint(new DistributionPointName(new GeneralNames(uri(url))), null, null))
                    .toArray(DistributionPoint[]::new);
            extensions.addExtension(Extension.cRLDistributionPoints, false, new CRLDistPoint(points));
        }
    }

    private static void check(String url) {
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

    private static GeneralName uri(String url) {
        return new GeneralName(GeneralName.uniformResourceIdentifier, url);
    }

    private static Map<String, Field> declared() {
        Map<String, Field> fields = new LinkedHashMap<>();
        fields.put("issuing_certificates", Field.strings("URLs of the issuer's certificate."));
        fields.put("crl_distribution_points", Field.strings("URLs of the CRL."));
        fields.put("ocsp_servers", Field.strings("URLs of the OCSP responder."));
        fields.put("enable_templating", Field.flag(false, "Templates in the URLs."));
        return Collections.unmodifiableMap(fields);
    }
}
