package io.casemate.engine.pki.tidy;

import io.casemate.engine.JsonRecord;
import io.casemate.engine.Members;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * How the last tidy stands. Stored after each page, so that a tidy that was interrupted goes on where it was.
 *
 * @param plan the values it was started with
 * @param task the one under way, and {@code cursor} the place in it
 * @param counts by the API's names
 * @param lastAutomatic when the last one that started by itself ended
 */
public record TidyStatus(
        State state,
        Map<String, Object> plan,
        Instant started,
        Optional<Instant> finished,
        String error,
        String task,
        String cursor,
        Map<String, Long> counts,
        boolean automatic,
        Optional<Instant> lastAutomatic) {

    /** The API's states. */
    public enum State {
        /** There was none. */
        INACTIVE("Inactive"),
        /** Under way. */
        RUNNING("Running"),
        /** To end after the page under way. */
        CANCELLING("Cancelling"),
        /** Ended by an operator. */
        CANCELLED("Cancelled"),
        /** Ended by a failure. */
        ERROR("Error"),
        /** Ended by itself. */
        FINISHED("Finished");

        private final String word;

        State(String word) {
            this.word = word;
        }

        /** As the API shows it. */
        public String word() {
            return word;
        }

        boolean active() {
            return this == RUNNING || this == CANCELLING;
        }
    }

    static final TidyStatus NONE = new TidyStatus(
            State.INACTIVE, Map.of(), Instant.EPOCH, Optional.empty(), "", "", "", Map.of(), false, Optional.empty());

    /** A tidy that begins. */
    TidyStatus begun(Map<String, Object> values, Instant now, boolean byItself) {
        return new TidyStatus(
                State.RUNNING, values, now, Optional.empty(), "", "", "", Map.of(), byItself, lastAutomatic);
    }

    /** After a page. */
    TidyStatus advanced(String name, TidyTask.Page page) {
        Map<String, Long> sums = new LinkedHashMap<>(counts);
        page.counts().forEach((count, more) -> sums.merge(count, more, Long::sum));
        return new TidyStatus(
                state, plan, started, finished, error, name, page.cursor(), sums, automatic, lastAutomatic);
    }

    /** The same in another state. */
    TidyStatus in(State other) {
        return new TidyStatus(other, plan, started, finished, error, task, cursor, counts, automatic, lastAutomatic);
    }

    /** At its end. */
    TidyStatus ended(State end, String why, Instant now) {
        return new TidyStatus(
                end,
                plan,
                started,
                Optional.of(now),
                why,
                "",
                "",
                counts,
                automatic,
                automatic ? Optional.of(now) : lastAutomatic);
    }

    byte[] encoded() {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("state", state.name());
        members.put("plan", plan);
        members.put("started", started.getEpochSecond());
        members.put("finished", finished.map(Instant::getEpochSecond).orElse(null));
        members.put("error", error);
        members.put("chore", task);
        members.put("cursor", cursor);
        members.put("counts", counts);
        members.put("automatic", automatic);
        members.put("last_automatic", lastAutomatic.map(Instant::getEpochSecond).orElse(null));
        return JsonRecord.of(members);
    }

    static TidyStatus decoded(byte[] stored) {
        Members members = Members.read("the status of tidy", stored);
        Map<String, Long> counts = new LinkedHashMap<>();
        Members counted = members.part("counts");
        counted.all().keySet().forEach(name -> counts.put(name, counted.number(name)));
        return new TidyStatus(
                State.valueOf(members.text("state")),
                members.map("plan"),
                members.time("started"),
                members.timeIfAny("finished"),
                members.text("error"),
                members.text("chore"),
                members.text("cursor"),
                counts,
                members.flag("automatic"),
                members.timeIfAny("last_automatic"));
    }
}
