package io.casemate.engine.pki.store;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.NavigableMap;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What the rolls of one issuer hold. It grows with the number of days on which revoked certificates end, not with their number.
 *
 * @param number of the newest CRL, complete or delta: they share one sequence (RFC 5280 5.2.3)
 * @param entries ever written to a roll
 * @param floor the first day that a roll may have; those before have left the CRL
 * @param days the rolls that count
 * @param retired rolls that left the CRL and are kept for whoever is still reading it, and since when
 */
public record CrlLedger(
        long number, long entries, int floor, SortedMap<Integer, Roll> days, SortedMap<Integer, Instant> retired) {

    /** Whatever ends later counts as ending on this day, in 2149; its roll never leaves. */
    static final int LAST_DAY = 0xFFFF;

    private static final int ROLL = 4 + 8 + 4;
    private static final int RETIRED = 4 + 8;

    /** Length in bytes, and entries. */
    public record Roll(long bytes, int count) {
        static final Roll EMPTY = new Roll(0, 0);
    }

    static CrlLedger empty() {
        return new CrlLedger(0, 0, 0, new TreeMap<>(), new TreeMap<>());
    }

    /** The day on which {@code end} lies, counted from 1970. */
    static int day(Instant end) {
        return Math.clamp(Math.floorDiv(end.getEpochSecond(), 86_400L), 0, LAST_DAY);
    }

    /** Whether every certificate of {@code day} has ended at {@code now}. */
    public static boolean over(int day, Instant now) {
        return day != LAST_DAY
                && !now.isBefore(LocalDate.ofEpochDay(day + 1L)
                        .atStartOfDay(ZoneOffset.UTC)
                        .toInstant());
    }

    byte[] encoded() {
        ByteBuffer out = ByteBuffer.allocate(1 + 8 + 8 + 4 + 4 + ROLL * days.size() + 4 + RETIRED * retired.size());
        out.put(Records.VERSION).putLong(number).putLong(entries).putInt(floor);
        out.putInt(days.size());
        days.forEach((day, roll) -> out.putInt(day).putLong(roll.bytes()).putInt(roll.count()));
        out.putInt(retired.size());
        retired.forEach((day, since) -> out.putInt(day).putLong(since.getEpochSecond()));
        return out.array();
    }

    static CrlLedger decoded(String key, byte[] stored) {
        ByteBuffer in = Records.body(key, stored, 28);
        long number = in.getLong();
        long entries = in.getLong();
        int floor = in.getInt();
        NavigableMap<Integer, Roll> days = new TreeMap<>();
        for (int left = in.getInt(); left > 0; left--) {
            days.put(in.getInt(), new Roll(in.getLong(), in.getInt()));
        }
        NavigableMap<Integer, Instant> retired = new TreeMap<>();
        for (int left = in.getInt(); left > 0; left--) {
            retired.put(in.getInt(), Instant.ofEpochSecond(in.getLong()));
        }
        return new CrlLedger(number, entries, floor, days, retired);
    }
}
