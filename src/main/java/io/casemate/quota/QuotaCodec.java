package io.casemate.quota;

import io.casemate.engine.JsonRecord;
import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import io.casemate.quota.Limit.Leases;
import io.casemate.quota.Limit.Rate;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Quotas as they are stored; docs/formats/quotas.md. */
final class QuotaCodec {
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
        try {
            Map<String, Object> members = JsonRecord.read(stored);
            Scope scope = new Scope(
                    (String) members.get("mount"), (String) members.get("suffix"), (String) members.get("role"));
            return new Quota(name, scope, limit(type, members), (Boolean) members.get("inheritable"));
        } catch (ClassCastException | NullPointerException | NumberFormatException e) {
            throw corrupt(e);
        } catch (FaultException e) {
            throw e.fault() instanceof Fault.BadRequest ? corrupt(e) : e;
        }
    }

    static byte[] encode(QuotaConfig config) {
        return JsonRecord.of(Map.of("exempt", config.exempt(), "audit", config.audit(), "headers", config.headers()));
    }

    static QuotaConfig config(byte[] stored) {
        try {
            Map<String, Object> members = JsonRecord.read(stored);
            List<String> exempt = ((List<?>) members.get("exempt"))
                    .stream().map(String.class::cast).toList();
            return new QuotaConfig(exempt, (Boolean) members.get("audit"), (Boolean) members.get("headers"));
        } catch (ClassCastException | NullPointerException e) {
            throw corrupt(e);
        }
    }

    private static Limit limit(String type, Map<String, Object> members) {
        return type.equals(Leases.TYPE)
                ? new Leases((Long) members.get("max"))
                : new Rate(
                        new BigDecimal((String) members.get("rate")),
                        Duration.ofSeconds((Long) members.get("interval")),
                        Duration.ofSeconds((Long) members.get("block")));
    }

    private static FaultException corrupt(RuntimeException cause) {
        return new Fault.StorageFailed(Fault.StorageProblem.CORRUPT, "a quota record is not one").causedBy(cause);
    }
}
