package io.casemate.core.request;

import io.casemate.barrier.View;
import io.casemate.engine.JsonRecord;
import io.casemate.engine.Members;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/**
 * In which months each client used the server; docs/formats/clients.md. Counting reads the keys once, in order, and keeps
 * nothing of them in memory.
 */
public final class ClientLedger {
    static final String ENTITY = "e/";
    static final String TOKEN = "t/";

    private static final String TERMS = "terms";
    private static final int PAGE = 4096;
    private static final int BATCH = 256;

    private final View view;

    /** On a part of the barrier that nothing else writes to. */
    public ClientLedger(View view) {
        this.view = view;
    }

    /**
     * What an operator wants.
     *
     * @param chosen whether it was said at all
     * @param retention months that are kept
     * @param report months that a report is about when nothing else is asked for
     */
    public record Terms(boolean enabled, boolean chosen, int retention, int report) {
        /** Nothing is noted unless it is wanted. */
        public static final Terms DEFAULT = new Terms(false, false, 48, 12);
    }

    /** How many clients. */
    public record Count(long entities, long tokens) {
        /** Nobody. */
        public static final Count NONE = new Count(0, 0);

        Count more(boolean entity) {
            return entity ? new Count(entities + 1, tokens) : new Count(entities, tokens + 1);
        }
    }

    /**
     * What was found in a range of months.
     *
     * @param active in each month
     * @param arrived those of them that were in no earlier month of the range
     * @param total each client once
     */
    public record Report(SortedMap<YearMonth, Count> active, SortedMap<YearMonth, Count> arrived, Count total) {}

    /** The month that {@code at} is in, in UTC. */
    public static YearMonth month(Instant at) {
        return YearMonth.from(at.atZone(ZoneOffset.UTC));
    }

    /** The first moment of {@code month}, in UTC. */
    public static Instant begin(YearMonth month) {
        return month.atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant();
    }

    /** What an operator wants. */
    public Terms terms() {
        return view.get(TERMS)
                .map(stored -> Members.read("the record of client counts", stored))
                .map(members -> new Terms(
                        members.flag("enabled"),
                        members.flag("chosen"),
                        members.count("retention"),
                        members.count("report")))
                .orElse(Terms.DEFAULT);
    }

    void set(Terms terms) {
        view.put(
                TERMS,
                JsonRecord.of(Map.of(
                        "enabled", terms.enabled(),
                        "chosen", terms.chosen(),
                        "retention", terms.retention(),
                        "report", terms.report())));
    }

    /** Whether anything was noted yet. */
    public boolean empty() {
        return view.list(ENTITY, "", 1).isEmpty() && view.list(TOKEN, "", 1).isEmpty();
    }

    /** Notes clients, as their keys name them, in one transaction. */
    void note(YearMonth month, List<String> clients) {
        view.transact(editor -> {
            for (String client : clients) {
                editor.put(client + "/" + month, new byte[] {1});
            }
            return null;
        });
    }

    /** Counts those of the months from {@code first} to {@code last}. */
    public Report report(YearMonth first, YearMonth last) {
        SortedMap<YearMonth, Count> active = new TreeMap<>();
        SortedMap<YearMonth, Count> arrived = new TreeMap<>();
        Count[] total = {Count.NONE};
        String[] before = {""};
        each((client, month) -> {
            YearMonth when = YearMonth.parse(month);
            if (when.isBefore(first) || when.isAfter(last)) {
                return;
            }
            boolean entity = client.startsWith(ENTITY);
            active.merge(when, Count.NONE.more(entity), (there, _) -> there.more(entity));
            if (!client.equals(before[0])) {
                arrived.merge(when, Count.NONE.more(entity), (there, _) -> there.more(entity));
                total[0] = total[0].more(entity);
                before[0] = client;
            }
        });
        return new Report(active, arrived, total[0]);
    }

    /** Forgets the months that need not be kept in {@code now}. */
    void prune(YearMonth now) {
        YearMonth oldest = now.minusMonths(terms().retention());
        List<String> old = new ArrayList<>();
        each((client, month) -> {
            if (YearMonth.parse(month).isBefore(oldest)) {
                old.add(client + "/" + month);
            }
            if (old.size() == BATCH) {
                delete(old);
            }
        });
        delete(old);
    }

    private void delete(List<String> keys) {
        view.transact(editor -> {
            keys.forEach(editor::delete);
            return null;
        });
        keys.clear();
    }

    /** Each client with each of its months, in order. */
    private void each(BiConsumer<String, String> visitor) {
        for (String kind : List.of(ENTITY, TOKEN)) {
            for (List<String> page = view.list(kind, "", PAGE);
                    !page.isEmpty();
                    page = view.list(kind, page.getLast(), PAGE)) {
                page.forEach(key -> visitor.accept(
                        key.substring(0, key.lastIndexOf('/')), key.substring(key.lastIndexOf('/') + 1)));
            }
        }
    }
}
