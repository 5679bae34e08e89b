package io.casemate.auth.approle;

import io.casemate.auth.TokenFields;
import io.casemate.engine.Field;
import io.casemate.engine.JsonRecord;
import io.casemate.engine.Members;
import io.casemate.kernel.Cidr;
import io.casemate.kernel.Fault;
import io.casemate.kernel.TokenTerms;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A role as stored; docs/formats/approle.md.
 *
 * @param name lower-case
 * @param uid made with the role: a role deleted and made again is another one
 * @param roleId what machines know it by
 * @param bindSecretId a login needs a secret id
 * @param boundCidrs addresses that logins come from; empty for anywhere
 * @param secretIdUses logins that each secret id is good for; 0 for without limit
 * @param secretIdTtl life of each secret id; zero for without end
 * @param localSecretIds taken for clients: there is one server
 */
record Role(
        String name,
        String uid,
        String roleId,
        boolean bindSecretId,
        List<String> boundCidrs,
        int secretIdUses,
        Duration secretIdTtl,
        boolean localSecretIds,
        TokenTerms terms) {
    /** What may be set, by API names. */
    static final Map<String, Field> FIELDS = fields();

    /** Older names that clients still send. */
    static final Map<String, String> OLDER = Map.of(
            "token_policies", "policies",
            "token_period", "period",
            "secret_id_bound_cidrs", "bound_cidr_list");

    /** A new one with nothing set. */
    static Role fresh(String name, String uid, String roleId) {
        return new Role(name, uid, roleId, true, List.of(), 0, Duration.ZERO, false, TokenTerms.NONE);
    }

    /** What may be set, as it is. */
    Map<String, Object> settings() {
        Map<String, Object> members = new LinkedHashMap<>(TokenFields.members(terms));
        members.put("bind_secret_id", bindSecretId);
        members.put("secret_id_bound_cidrs", boundCidrs);
        members.put("secret_id_num_uses", (long) secretIdUses);
        members.put("secret_id_ttl", secretIdTtl.toSeconds());
        return members;
    }

    /**
     * The same with other settings.
     *
     * @throws io.casemate.kernel.FaultException {@code BadRequest} when they make no sense together
     */
    Role with(Map<String, Object> settings) {
        Role changed = of(name, uid, roleId, localSecretIds, Members.of("what role " + name + " shall be", settings));
        Cidr.check(changed.boundCidrs);
        if (!changed.bindSecretId
                && changed.boundCidrs.isEmpty()
                && changed.terms.boundCidrs().isEmpty()) {
            throw Fault.badRequest("at least one constraint should be enabled on the role");
        }
        return changed.giving(TokenFields.checked(changed.terms));
    }

    Role known(String otherId) {
        return new Role(name, uid, otherId, bindSecretId, boundCidrs, secretIdUses, secretIdTtl, localSecretIds, terms);
    }

    private Role giving(TokenTerms other) {
        return new Role(name, uid, roleId, bindSecretId, boundCidrs, secretIdUses, secretIdTtl, localSecretIds, other);
    }

    Role local(boolean local) {
        return new Role(name, uid, roleId, bindSecretId, boundCidrs, secretIdUses, secretIdTtl, local, terms);
    }

    byte[] encode() {
        Map<String, Object> members = settings();
        members.put("uid", uid);
        members.put("role_id", roleId);
        members.put("local_secret_ids", localSecretIds);
        return JsonRecord.of(members);
    }

    static Role decode(String name, byte[] stored) {
        Members members = Members.read("the record of role " + name, stored);
        return of(name, members.text("uid"), members.text("role_id"), members.flag("local_secret_ids"), members);
    }

    private static Role of(String name, String uid, String roleId, boolean local, Members settings) {
        return new Role(
                name,
                uid,
                roleId,
                settings.flag("bind_secret_id"),
                settings.strings("secret_id_bound_cidrs"),
                settings.count("secret_id_num_uses"),
                settings.seconds("secret_id_ttl"),
                local,
                TokenFields.stored(settings));
    }

    private static Map<String, Field> fields() {
        Map<String, Field> fields = new LinkedHashMap<>(TokenFields.FIELDS);
        fields.put("bind_secret_id", Field.flag(true, "A login needs a secret id too."));
        fields.put("secret_id_bound_cidrs", Field.strings("Addresses that logins may come from."));
        fields.put("secret_id_num_uses", Field.integer(0, "Logins that each secret id is good for; 0 for any number."));
        fields.put("secret_id_ttl", Field.duration("Life of each secret id; 0 for without end."));
        return fields;
    }
}
