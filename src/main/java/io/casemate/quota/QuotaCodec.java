package io.casemate.quota;

import io.casemate.engine.JsonRecord;
import io.casemate.engine.Members;
import io.casemate.kernel.Fault;
import io.casemate.quota.Limit.Leases;
import io.casemate.quota.Limit.Rate;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Map;

/** Quotas as they are stored; docs/formats/quotas.md. */
final class QuotaCodec {
    private static final String RECORD = "a quota record";

    private QuotaCodec() {}

    static byte[] encode(Quota quota) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("mount", quota.scope().mount());
        members.put("suffix", quota.scope().suffix());
        members.put("role", quota.scope().role());
        members.put("inheritable", quota.inheritable());
        switch (quota.limit()) {
            case Rate rate -> {
                members.put("rate", rate.rate().toPlainString());
                members.put("interval", rate.interval().toSeconds());
                members.put("block", rate.block().toSeconds());
            }
            case Leases(long max) -> members.put("max", max);
        }
        return JsonRecord.of(members);
    }

    static Quota decode(String type, String name, byte[] stored) {
        Members members = Members.read(RECORD, stored);
        Scope scope = new Scope(members.text("mount"), members.text("suffix"), members.text("role"));
        return new Quota(name, scope, limit(type, members), members.flag("inheritable"));
    }

    static byte[] encode(QuotaConfig config) {
        return JsonRecord.of(Map.of("exempt", config.exempt(), "audit", config.audit(), "headers", config.headers()));
    }

    static QuotaConfig config(byte[] stored) {
        Members members = Members.read(RECORD, stored);
        return new QuotaConfig(members.strings("exempt"), members.flag("audit"), members.flag("headers"));
    }

    private static Limit limit(String type, Members members) {
        return type.equals(Leases.TYPE)
                ? new Leases(members.number("max"))
                : new Rate(rate(members.text("rate")), members.seconds("interval"), members.seconds("block"));
    }

    private static BigDecimal rate(String stored) {
        try {
            return new BigDecimal(stored);
        } catch (NumberFormatException e) {
            throw new Fault.StorageFailed(Fault.StorageProblem.CORRUPT, RECORD + " has no rate").causedBy(e);
        }
    }
}
