package io.casemate.auth.cert;

import io.casemate.barrier.View;
import io.casemate.engine.Field;
import io.casemate.engine.Fields;
import io.casemate.engine.JsonRecord;
import io.casemate.engine.Members;
import io.casemate.kernel.Fault;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What holds for all roles of a mount.
 *
 * @param disableBinding a renewal needs no certificate
 * @param aliasMetadata the certificate's facts are kept with the alias too
 * @param crlFailOpen a fetched list that has expired and cannot be fetched again still lets in whom it does not name
 */
record Settings(boolean disableBinding, boolean aliasMetadata, boolean crlFailOpen, int ocspCache, int roleCache) {
    static final Settings DEFAULT = new Settings(false, false, false, 100, 200);
    static final Map<String, Field> FIELDS = fields();

    private static final String KEY = "config";
    private static final int LARGEST_CACHE = 100_000;

    static Settings load(View storage) {
        return storage.get(KEY)
                .map(record -> stored(Members.read("the configuration of a cert mount", record)))
                .orElse(DEFAULT);
    }

    void store(View storage) {
        storage.put(KEY, JsonRecord.of(members()));
    }

    Settings merge(Fields sent) {
        return new Settings(
                sent.has("disable_binding") ? sent.flag("disable_binding") : disableBinding,
                sent.has("enable_identity_alias_metadata")
                        ? sent.flag("enable_identity_alias_metadata")
                        : aliasMetadata,
                sent.has("crl_fail_open") ? sent.flag("crl_fail_open") : crlFailOpen,
                sent.has("ocsp_cache_size") ? size("ocsp_cache_size", 2, sent) : ocspCache,
                sent.has("role_cache_size") ? size("role_cache_size", -1, sent) : roleCache);
    }

    Map<String, Object> members() {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("disable_binding", disableBinding);
        members.put("enable_identity_alias_metadata", aliasMetadata);
        members.put("crl_fail_open", crlFailOpen);
        members.put("ocsp_cache_size", ocspCache);
        members.put("role_cache_size", roleCache);
        return members;
    }

    private static Settings stored(Members members) {
        return new Settings(
                members.flag("disable_binding"),
                members.flag("enable_identity_alias_metadata"),
                members.flag("crl_fail_open"),
                members.count("ocsp_cache_size"),
                members.count("role_cache_size"));
    }

    private static int size(String field, int least, Fields sent) {
        long size = sent.integer(field);
        if (size < least || size > LARGEST_CACHE) {
            throw Fault.badRequest(
                    "field '" + field + "': invalid cache size, must be >= " + least + " and <= " + LARGEST_CACHE);
        }
        return (int) size;
    }

    private static Map<String, Field> fields() {
        Map<String, Field> fields = new LinkedHashMap<>();
        fields.put("disable_binding", Field.flag(false, "A renewal needs no certificate."));
        fields.put("enable_identity_alias_metadata", Field.flag(false, "Keep the certificate's facts with the alias."));
        fields.put(
                "crl_fail_open",
                Field.flag(false, "Let in by a fetched list that has expired and cannot be fetched again."));
        fields.put("ocsp_cache_size", Field.integer(100, "OCSP answers kept in memory, at least 2."));
        fields.put("role_cache_size", Field.integer(200, "Roles kept in memory; -1 for none."));
        return fields;
    }
}
