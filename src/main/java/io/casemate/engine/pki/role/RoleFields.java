package io.casemate.engine.pki.role;

import io.casemate.engine.Field;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Every field of a role, with the API's names and defaults. A role is these values; nothing else is stored. */
public final class RoleFields {
    /** In the order of the documentation. */
    public static final Map<String, Field> ALL = all();

    private RoleFields() {}

    private static Map<String, Field> all() {
        Map<String, Field> fields = new LinkedHashMap<>();
        validity(fields);
        names(fields);
        usages(fields);
        keys(fields);
        subject(fields);
        keeping(fields);
        return Collections.unmodifiableMap(fields);
    }

    private static void validity(Map<String, Field> fields) {
        fields.put(
                "ttl",
                Field.duration("Life of a certificate when the request does not say; 0 for the mount's default."));
        fields.put("max_ttl", Field.duration("Longest life that can be asked for; 0 for the mount's maximum."));
        fields.put("not_before", Field.string("Fixed begin of life, RFC 3339; wins over not_before_duration."));
        fields.put(
                "not_before_bound",
                new Field(
                        Field.Type.STRING,
                        "duration",
                        "How early a request may begin: duration, permit, forbid, or a time."));
        fields.put("not_after", Field.string("Fixed end of life, RFC 3339; wins over ttl."));
        fields.put(
                "not_after_bound",
                new Field(
                        Field.Type.STRING,
                        "ttl-limited",
                        "How late a request may end by not_after: ttl-limited, permit, forbid, or a time."));
        fields.put(
                "not_before_duration",
                new Field(
                        Field.Type.DURATION,
                        Duration.ofSeconds(30),
                        "How far the start lies back, for clocks behind."));
    }

    private static void names(Map<String, Field> fields) {
        fields.put("allow_localhost", Field.flag(true, "Allow localhost and localdomain."));
        fields.put("allowed_domains", Field.strings("Domains that the other switches speak of."));
        fields.put("allowed_domains_template", Field.flag(false, "Identity templates in allowed_domains."));
        fields.put("allow_bare_domains", Field.flag(false, "Allow the allowed domains themselves."));
        fields.put("allow_subdomains", Field.flag(false, "Allow names below the allowed domains."));
        fields.put("allow_glob_domains", Field.flag(false, "Take * in allowed_domains as any run of characters."));
        fields.put("allow_wildcard_certificates", Field.flag(true, "Allow *. as the left-most label."));
        fields.put("allow_any_name", Field.flag(false, "Allow every name."));
        fields.put("allow_token_displayname", Field.flag(false, "Allow the token's display name."));
        fields.put("enforce_hostnames", Field.flag(true, "DNS names and common names are host names."));
        fields.put("allow_ip_sans", Field.flag(true, "Allow IP addresses."));
        fields.put("allowed_ip_sans_cidr", Field.strings("Blocks that IP addresses have to lie in; empty for all."));
        fields.put("allowed_uri_sans", Field.strings("Patterns of allowed URIs."));
        fields.put("allowed_uri_sans_template", Field.flag(false, "Identity templates in allowed_uri_sans."));
        fields.put(
                "allowed_other_sans",
                Field.strings("Patterns of allowed otherName values: <oid>;UTF8:<pattern>, or *."));
        fields.put("allowed_serial_numbers", Field.strings("Patterns of allowed serialNumber attributes."));
        fields.put("allowed_user_ids", Field.strings("Patterns of allowed user ids."));
        fields.put("require_cn", Field.flag(true, "A common name must be given."));
        fields.put(
                "cn_validations",
                new Field(
                        Field.Type.STRINGS,
                        List.of("email", "hostname"),
                        "Kinds of common name: email, hostname; disabled."));
        fields.put("use_csr_common_name", Field.flag(true, "Take the common name from the CSR."));
        fields.put("use_csr_sans", Field.flag(true, "Take the alternative names from the CSR."));
        fields.put(
                "serial_number_source",
                new Field(Field.Type.STRING, "json-csr", "Where a serialNumber may come from: json-csr or json."));
    }

    private static void usages(Map<String, Field> fields) {
        fields.put("server_flag", Field.flag(true, "Extended key usage: TLS server."));
        fields.put("client_flag", Field.flag(true, "Extended key usage: TLS client."));
        fields.put("code_signing_flag", Field.flag(false, "Extended key usage: code signing."));
        fields.put("email_protection_flag", Field.flag(false, "Extended key usage: e-mail."));
        fields.put(
                "key_usage",
                new Field(
                        Field.Type.STRINGS,
                        List.of("DigitalSignature", "KeyAgreement", "KeyEncipherment"),
                        "Key usages; those that the key's type cannot do are left out of each certificate."));
        fields.put("ext_key_usage", Field.strings("More extended key usages, by name."));
        fields.put("ext_key_usage_oids", Field.strings("More extended key usages, by OID."));
        fields.put(
                "policy_identifiers",
                new Field(
                        Field.Type.ANY,
                        List.of(),
                        "Certificate policies: OIDs, or objects with oid, cps and notice, also as JSON text."));
        fields.put(
                "basic_constraints_valid_for_non_ca",
                Field.flag(false, "State basic constraints in end certificates too."));
    }

    private static void keys(Map<String, Field> fields) {
        fields.put("key_type", new Field(Field.Type.STRING, "rsa", "rsa, ec, ed25519, ml-dsa, or any."));
        fields.put(
                "key_bits",
                Field.integer(0, "2048, 3072, 4096 (rsa); 256, 384, 521 (ec); 44, 65, 87 (ml-dsa); 0 for the usual."));
        fields.put("signature_bits", Field.integer(0, "Hash of RSA signatures: 256, 384, 512; 0 for 256."));
        fields.put("use_pss", Field.flag(false, "RSASSA-PSS signatures."));
    }

    private static void subject(Map<String, Field> fields) {
        SubjectFields.ALL.forEach(fields::put);
    }

    private static void keeping(Map<String, Field> fields) {
        fields.put("issuer_ref", new Field(Field.Type.STRING, "default", "Issuer: id, name, or default."));
        fields.put(
                "lint",
                new Field(
                        Field.Type.STRING,
                        "standard",
                        "Advice for public TLS servers (CA/B): standard leaves it out, warn tells it, strict binds."));
        fields.put("generate_lease", Field.flag(false, "Lease each certificate: it is revoked with its lease."));
        fields.put(
                "no_store", Field.flag(false, "Keep no record of certificates; they can then be revoked by PEM only."));
    }
}
