package io.casemate.auth.cert;

import io.casemate.auth.Outbound;
import io.casemate.crypto.X509;
import io.casemate.engine.Field;
import io.casemate.engine.Fields;
import io.casemate.engine.Members;
import io.casemate.kernel.Fault;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How a role asks OCSP responders.
 *
 * @param authorities PEM: responders besides the issuer and its delegates, and where the client sends no intermediates, issuers
 * @param servers asked instead of those that the certificate names
 * @param failOpen without an answer the certificate counts as good
 * @param queryAll all servers must say that it is good
 * @param maxAge an older answer is none; zero for any age
 * @param retries after a failed exchange with a server
 */
record OcspTerms(
        boolean enabled,
        String authorities,
        List<String> servers,
        boolean failOpen,
        boolean queryAll,
        Duration maxAge,
        int retries) {
    static final OcspTerms NONE = new OcspTerms(false, "", List.of(), false, false, Duration.ZERO, 4);
    static final Map<String, Field> FIELDS = fields();

    private static final int MOST_RETRIES = 10;

    OcspTerms merge(Fields sent) {
        OcspTerms merged = new OcspTerms(
                sent.has("ocsp_enabled") ? sent.flag("ocsp_enabled") : enabled,
                sent.has("ocsp_ca_certificates") ? sent.string("ocsp_ca_certificates") : authorities,
                sent.has("ocsp_servers_override") ? sent.strings("ocsp_servers_override") : servers,
                sent.has("ocsp_fail_open") ? sent.flag("ocsp_fail_open") : failOpen,
                sent.has("ocsp_query_all_servers") ? sent.flag("ocsp_query_all_servers") : queryAll,
                sent.has("ocsp_this_update_max_age") ? sent.duration("ocsp_this_update_max_age") : maxAge,
                sent.has("ocsp_max_retries") ? count(sent.integer("ocsp_max_retries")) : retries);
        merged.servers.forEach(server -> Outbound.address("ocsp_servers_override", server));
        if (X509.certificates(merged.authorities).isEmpty() && !merged.authorities.isBlank()) {
            throw Fault.badRequest("field 'ocsp_ca_certificates': expected PEM certificates");
        }
        return merged;
    }

    /** As shown and stored; times in seconds. */
    Map<String, Object> members() {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("ocsp_enabled", enabled);
        members.put("ocsp_ca_certificates", authorities);
        members.put("ocsp_servers_override", servers);
        members.put("ocsp_fail_open", failOpen);
        members.put("ocsp_query_all_servers", queryAll);
        members.put("ocsp_this_update_max_age", maxAge.toSeconds());
        members.put("ocsp_max_retries", retries);
        return members;
    }

    static OcspTerms stored(Members members) {
        return new OcspTerms(
                members.flag("ocsp_enabled"),
                members.text("ocsp_ca_certificates"),
                members.strings("ocsp_servers_override"),
                members.flag("ocsp_fail_open"),
                members.flag("ocsp_query_all_servers"),
                members.seconds("ocsp_this_update_max_age"),
                members.count("ocsp_max_retries"));
    }

    private static int count(long sent) {
        if (sent < 0 || sent > MOST_RETRIES) {
            throw Fault.badRequest("field 'ocsp_max_retries': expected 0 to " + MOST_RETRIES);
        }
        return (int) sent;
    }

    private static Map<String, Field> fields() {
        Map<String, Field> fields = new LinkedHashMap<>();
        fields.put("ocsp_enabled", Field.flag(false, "Ask OCSP at login and renewal."));
        fields.put("ocsp_ca_certificates", Field.string("PEM: further responders to believe, and missing issuers."));
        fields.put("ocsp_servers_override", Field.strings("Servers instead of those that certificates name."));
        fields.put("ocsp_fail_open", Field.flag(false, "Without an answer, let them in."));
        fields.put("ocsp_query_all_servers", Field.flag(false, "All servers must say that it is good."));
        fields.put("ocsp_this_update_max_age", Field.duration("An older answer is none; 0 for any age."));
        fields.put("ocsp_max_retries", Field.integer(4, "After a failed exchange with a server, 0 to 10."));
        return fields;
    }
}
