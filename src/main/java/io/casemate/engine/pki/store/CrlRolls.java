package io.casemate.engine.pki.store;

import io.casemate.barrier.View;
import io.casemate.barrier.View.Editor;
import io.casemate.engine.pki.store.CrlLedger.Roll;
import io.casemate.engine.pki.store.CrlShards.Shards;
import io.casemate.engine.pki.store.CrlState.Span;
import io.casemate.engine.pki.store.Revocations.Revocation;
import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The encoded entries of each CRL, in rolls: one for each day on which certificates end. A roll is bytes cut into
 * chunks; it only grows, and leaves as a whole when its day is over. So a CRL of any length is made of what lies there already,
 * nothing is ever encoded twice or rewritten because something expired, and no stored value grows with the number of revocations.
 *
 * <p>Callers see to it that one thread at a time changes the rolls of a scope; anybody may read.
 */
public final class CrlRolls {
    private static final String LEDGER = "crl-ledger/";
    private static final String ROLL = "crl-roll/";
    private static final String STATE = "crl/";
    private static final int CHUNK = 16 * 1024;
    private static final int PAGE = 256;
    private static final Duration LINGERING = Duration.ofHours(1);

    private final View view;

    /** Rolls below {@code view}. */
    public CrlRolls(View view) {
        this.view = view;
    }

    /** Which of the CRLs of a scope. */
    public enum Kind {
        /** All revocations. */
        COMPLETE,
        /** Those since the complete one (RFC 5280 5.2.4). */
        DELTA
    }

    /** What is on the rolls. */
    public CrlLedger ledger(String scope) {
        return ledger(view::get, scope);
    }

    private static CrlLedger ledger(Function<String, Optional<byte[]>> store, String scope) {
        return store.apply(LEDGER + scope)
                .map(stored -> CrlLedger.decoded(LEDGER + scope, stored))
                .orElseGet(CrlLedger::empty);
    }

    /** Whether revocations wait for being put on a roll. */
    public boolean waiting(CrlScope scope) {
        return scope.owners().stream()
                .anyMatch(
                        owner -> !view.list(Revocations.unlisted(owner), "", 1).isEmpty());
    }

    /** Puts every revocation that waits on its roll, a page a transaction; each is either waiting or on a roll, always. */
    public void fold(CrlScope scope, BiFunction<String, Revocation, byte[]> encode) {
        for (UUID owner : scope.owners()) {
            int folded;
            do {
                folded = view.transact(editor -> fold(editor, scope.id(), Revocations.unlisted(owner), encode));
            } while (folded == PAGE);
        }
    }

    private record Entry(int day, byte[] der) {}

    /** One transaction: all of them onto the scope's rolls, and each onto those of its shard, where there are shards. */
    private static int fold(Editor editor, String scope, String folder, BiFunction<String, Revocation, byte[]> encode) {
        List<String> waiting = editor.list(folder, "", PAGE);
        if (waiting.isEmpty()) {
            return 0;
        }
        Shards shards = CrlShards.of(editor::get, scope);
        List<Entry> all = new ArrayList<>();
        Map<Integer, List<Entry>> sharded = new TreeMap<>();
        for (String key : waiting) {
            String[] parts = key.substring(folder.length()).split("/", 2);
            Revocation revocation = Revocations.parse(key, editor.get(key).orElseThrow());
            Entry entry = new Entry(Integer.parseInt(parts[0]), encode.apply(parts[1], revocation));
            all.add(entry);
            if (shards.count() > 0) {
                int shard = shards.of(new BigInteger(parts[1], 16));
                sharded.computeIfAbsent(shard, _ -> new ArrayList<>()).add(entry);
            }
            editor.delete(key);
        }
        grow(editor, scope, all);
        sharded.forEach((shard, entries) -> grow(editor, CrlShards.id(scope, shard), entries));
        return waiting.size();
    }

    private static void grow(Editor editor, String scope, List<Entry> entries) {
        CrlLedger ledger = ledger(editor::get, scope);
        NavigableMap<Integer, ByteArrayOutputStream> grown = new TreeMap<>();
        SortedMap<Integer, Roll> days = new TreeMap<>(ledger.days());
        for (Entry entry : entries) {
            // A roll that has left is never begun again: somebody may still be reading it, and it is about to be
            // deleted.
            int day = Math.max(entry.day(), ledger.floor());
            grown.computeIfAbsent(day, d -> new ByteArrayOutputStream()).writeBytes(entry.der());
            days.merge(
                    day,
                    new Roll(entry.der().length, 1),
                    (a, b) -> new Roll(a.bytes() + b.bytes(), a.count() + b.count()));
        }
        grown.forEach((day, bytes) -> append(
                editor,
                scope,
                new Span(day, ledger.days().getOrDefault(day, Roll.EMPTY).bytes(), 0),
                bytes.toByteArray()));
        CrlLedger longer = new CrlLedger(
                ledger.number(), ledger.entries() + entries.size(), ledger.floor(), days, ledger.retired());
        editor.put(LEDGER + scope, longer.encoded());
    }

    private static void append(Editor editor, String scope, Span at, byte[] bytes) {
        long position = at.from();
        int done = 0;
        while (done < bytes.length) {
            int within = (int) (position % CHUNK);
            int part = Math.min(bytes.length - done, CHUNK - within);
            String key = chunk(scope, at.day(), position / CHUNK);
            byte[] value = new byte[1 + within + part];
            value[0] = Records.VERSION;
            if (within > 0) {
                byte[] before = editor.get(key).orElseThrow(() -> lost(key));
                System.arraycopy(before, 1, value, 1, within);
            }
            System.arraycopy(bytes, done, value, 1 + within, part);
            editor.put(key, value);
            position += part;
            done += part;
        }
    }

    /** Shows the bytes of {@code spans} in order, a chunk at a time. */
    public void read(String scope, List<Span> spans, Consumer<byte[]> use) {
        for (Span span : spans) {
            for (long at = span.from(); at < span.to(); at = (at / CHUNK + 1) * CHUNK) {
                String key = chunk(scope, span.day(), at / CHUNK);
                byte[] stored = view.get(key).orElseThrow(() -> lost(key));
                int from = (int) (at % CHUNK);
                int to = (int) Math.min(CHUNK, span.to() - at / CHUNK * CHUNK);
                if (stored.length < 1 + to || stored[0] != Records.VERSION) {
                    throw lost(key);
                }
                byte[] piece = new byte[to - from];
                System.arraycopy(stored, 1 + from, piece, 0, piece.length);
                use.accept(piece);
            }
        }
    }

    /** The newest CRL of a kind. */
    public Optional<CrlState> state(String scope, Kind kind) {
        return view.get(stateKey(scope, kind)).map(stored -> CrlState.decoded(stateKey(scope, kind), stored));
    }

    /** Makes {@code states} the newest CRLs, numbered {@code number}, without the rolls that {@code over} names from now on. */
    public void publish(String scope, long number, Map<Kind, CrlState> states, List<Integer> over, Instant now) {
        view.transact(editor -> {
            CrlLedger ledger = ledger(editor::get, scope);
            SortedMap<Integer, Roll> days = new TreeMap<>(ledger.days());
            SortedMap<Integer, Instant> retired = new TreeMap<>(ledger.retired());
            int floor = ledger.floor();
            for (int day : over) {
                days.remove(day);
                retired.put(day, now);
                floor = Math.max(floor, day + 1);
            }
            editor.put(LEDGER + scope, new CrlLedger(number, ledger.entries(), floor, days, retired).encoded());
            states.forEach((kind, state) -> editor.put(stateKey(scope, kind), state.encoded()));
            return null;
        });
    }

    /** Deletes rolls that left the CRL long enough ago for every download to have ended. */
    public void sweep(String scope, Instant now) {
        for (Map.Entry<Integer, Instant> each : ledger(scope).retired().entrySet()) {
            if (each.getValue().plus(LINGERING).isBefore(now)) {
                delete(ROLL + scope + "/" + day(each.getKey()) + "/");
                view.transact(editor -> {
                    CrlLedger ledger = ledger(editor::get, scope);
                    SortedMap<Integer, Instant> left = new TreeMap<>(ledger.retired());
                    left.remove(each.getKey());
                    editor.put(
                            LEDGER + scope,
                            new CrlLedger(ledger.number(), ledger.entries(), ledger.floor(), ledger.days(), left)
                                    .encoded());
                    return null;
                });
            }
        }
    }

    private void delete(String folder) {
        List<String> page;
        do {
            page = view.list(folder, "", PAGE);
            List<String> keys = new ArrayList<>(page);
            view.transact(editor -> {
                keys.forEach(editor::delete);
                return null;
            });
        } while (page.size() == PAGE);
    }

    private static FaultException lost(String key) {
        return new Fault.StorageFailed(
                        Fault.StorageProblem.CORRUPT, "the PKI record " + key + " is not what was written")
                .asException();
    }

    private static String stateKey(String scope, Kind kind) {
        return STATE + scope + (kind == Kind.COMPLETE ? "/complete" : "/delta");
    }

    private static String chunk(String scope, int day, long index) {
        return "%s%s/%s/%08d".formatted(ROLL, scope, day(day), index);
    }

    /** As it stands in keys: days sort as numbers do. */
    static String day(int day) {
        return "%05d".formatted(day);
    }
}
