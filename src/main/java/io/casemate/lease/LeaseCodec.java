package io.casemate.lease;

import io.casemate.engine.JsonRecord;
import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import io.casemate.lease.LeaseEntry.Ending;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Leases as they are stored; docs/formats/leases.md. */
final class LeaseCodec {
    private LeaseCodec() {}

    static byte[] encode(LeaseEntry entry) {
        LeaseLife life = entry.life();
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("path", entry.below());
        members.put("mount", entry.mount());
        members.put("token", entry.token());
        members.put("issued", life.issued().getEpochSecond());
        members.put("ttl", life.ttl().toSeconds());
        members.put("max", life.max().toSeconds());
        members.put("renewed", life.renewed().map(Instant::getEpochSecond).orElse(null));
        members.put("expires", life.expires().getEpochSecond());
        members.put("renewable", entry.renewable());
        members.put("kept", entry.kept());
        members.put("due", entry.ending().due().map(Instant::getEpochSecond).orElse(null));
        members.put("failures", entry.ending().failures());
        members.put("error", entry.ending().error());
        return JsonRecord.of(members);
    }

    static LeaseEntry decode(String id, byte[] stored) {
        try {
            Map<String, Object> members = JsonRecord.read(stored);
            return new LeaseEntry(
                    id,
                    (String) members.get("path"),
                    (String) members.get("mount"),
                    (String) members.get("token"),
                    life(members),
                    (Boolean) members.get("renewable"),
                    texts(members.get("kept")),
                    new Ending(instant(members.get("due")), Math.toIntExact((Long) members.get("failures")), (String)
                            members.get("error")));
        } catch (ClassCastException | NullPointerException | ArithmeticException e) {
            throw corrupt(e);
        } catch (FaultException e) {
            throw e.fault() instanceof Fault.BadRequest ? corrupt(e) : e;
        }
    }

    private static LeaseLife life(Map<String, Object> members) {
        return new LeaseLife(
                instant(members.get("issued")).orElseThrow(NullPointerException::new),
                Duration.ofSeconds((Long) members.get("ttl")),
                Duration.ofSeconds((Long) members.get("max")),
                instant(members.get("renewed")),
                instant(members.get("expires")).orElseThrow(NullPointerException::new));
    }

    private static Optional<Instant> instant(Object stored) {
        return stored == null ? Optional.empty() : Optional.of(Instant.ofEpochSecond((Long) stored));
    }

    private static Map<String, String> texts(Object stored) {
        Map<String, String> texts = new LinkedHashMap<>();
        ((Map<?, ?>) stored).forEach((name, value) -> texts.put((String) name, (String) value));
        return texts;
    }

    private static FaultException corrupt(RuntimeException cause) {
        return new Fault.StorageFailed(Fault.StorageProblem.CORRUPT, "a lease record is not one").causedBy(cause);
    }
}
