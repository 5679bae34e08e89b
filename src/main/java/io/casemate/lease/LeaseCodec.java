package io.casemate.lease;

import io.casemate.engine.JsonRecord;
import io.casemate.engine.Members;
import io.casemate.lease.LeaseEntry.Ending;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

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
        Members members = Members.read("a lease record", stored);
        return new LeaseEntry(
                id,
                members.text("path"),
                members.text("mount"),
                members.text("token"),
                life(members),
                members.flag("renewable"),
                members.texts("kept"),
                new Ending(members.timeIfAny("due"), members.count("failures"), members.text("error")));
    }

    private static LeaseLife life(Members members) {
        return new LeaseLife(
                members.time("issued"),
                members.seconds("ttl"),
                members.seconds("max"),
                members.timeIfAny("renewed"),
                members.time("expires"));
    }
}
