package io.casemate.mount;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.auth.LockoutLimits;
import io.casemate.barrier.MemoryView;
import io.casemate.barrier.View;
import io.casemate.crypto.KeyKind;
import io.casemate.crypto.Signer;
import io.casemate.crypto.Signers;
import io.casemate.engine.Endpoint;
import io.casemate.engine.SecretsEngine;
import io.casemate.json.Json;
import io.casemate.kernel.ApiPath;
import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import io.casemate.kernel.TokenType;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MountsTest {
    private final MemoryView storage = new MemoryView();
    private final List<Box> boxes = new ArrayList<>();
    private Mounts mounts;
    private Runnable starting = () -> {};

    @BeforeEach
    void open() {
        mounts = reopened();
    }

    @ParameterizedTest
    @CsvSource({"a/x,a/", "a/b/x,a/b/", "a/b,a/b/", "a/bc,a/", "a/b/c/d/e,a/b/c/", "a,a/"})
    void theLongestPrefixWins(String path, String mount) {
        Router router = new Router(Map.of());
        for (String each : List.of("a/", "a/b/", "a/b/c/")) {
            MountEntry entry = new MountEntry(each, "box", each, "", "", Map.of(), MountConfig.DEFAULT, false);
            router = router.with(Mounted.open(entry, new Box(storage, starting), Optional.empty()));
        }
        assertEquals(mount, router.at(path).orElseThrow().entry().path());
        assertTrue(router.at("other/x").isEmpty());
    }

    @Test
    void rowsAndDataSurviveASealAndOptionsToo() {
        MountEntry entry = enable("team/box");
        box().storage.put("k", new byte[] {1});
        mounts.close();
        assertTrue(mounts.at(new ApiPath("team/box/x")).isEmpty());
        mounts = reopened();
        assertEquals(entry, mounts.at(new ApiPath("team/box/x")).orElseThrow().entry());
        assertEquals(1, box().storage.get("k").orElseThrow()[0]);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "a/", "a/b", "a/b/c"})
    void refusesPathsThatOverlap(String path) {
        enable("a/b");
        Fault fault = assertThrows(FaultException.class, () -> enable(path)).fault();
        assertTrue(assertInstanceOf(Fault.BadRequest.class, fault)
                .details()
                .getFirst()
                .contains("a/b/"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"sys", "sys/x", "auth", "cubbyhole", "identity/x", "", "/", "a//b", "../x", "a/../b"})
    void refusesPathsThatAreNotFree(String path) {
        assertThrows(FaultException.class, () -> enable(path));
        assertEquals(List.of(), mounts.entries());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                " auth/x",
                "auth/x ",
                "\u2003auth/x",
                "auth/ x",
                "auth /x",
                "secret ",
                "secret /",
                "\u00a0secret",
                "secret\u200b"
            })
    void refusesPathsWithBlanksAtTheEndsOfTheirParts(String path) {
        enable("there");
        assertThrows(FaultException.class, () -> enable(path));
        assertThrows(FaultException.class, () -> mounts.move("there", path));
        assertEquals(
                List.of("there/"),
                mounts.entries().stream().map(MountEntry::path).toList());
    }

    @Test
    void noBlankIsTakenAwayToFindAMount() {
        MountEntry entry = enable("there");
        for (String path : List.of(" there", "there ", "\u2003there")) {
            assertThrows(FaultException.class, () -> mounts.disable(path));
            assertThrows(FaultException.class, () -> mounts.tune(path, same -> same));
            assertThrows(FaultException.class, () -> mounts.move(path, "elsewhere"));
            assertThrows(FaultException.class, () -> mounts.exactly(path));
        }
        assertEquals(List.of(entry), mounts.entries());
    }

    @Test
    void disablingErasesTheData() {
        enable("gone");
        for (int i = 0; i < 1000; i++) {
            box().storage.put("k" + i, new byte[1]);
        }
        mounts.disable("gone");
        assertEquals(List.of(), storage.list("", "", 10));
        mounts.disable("gone");
    }

    /** With and without a transaction of its own, begun before or after the mount left. */
    @Test
    void whoStillHoldsTheDataOfAMountThatLeftChangesNothing() {
        enable("gone");
        View data = box().storage.below("part/");
        data.put("k", new byte[1]);
        storage.beforeTransact(() -> mounts.disable("gone"));
        unavailable(() -> data.put("late", new byte[1]));
        unavailable(() -> data.delete("k"));
        unavailable(() -> data.get("k"));
        unavailable(() -> data.list("", "", 1));
        assertEquals(List.of(), storage.list("", "", 10));
    }

    /** What it writes after that would not be seen by who looks for something to bring up to date. */
    @Test
    void anEngineBeginsBeforeItIsRoutedAndAfterTheFormerOneLostItsData() {
        enable("tuned");
        Box former = box();
        List<String> seen = new ArrayList<>();
        starting = () -> {
            assertEquals(former, mounts.existing("tuned").content());
            unavailable(() -> former.storage.put("late", new byte[1]));
            seen.addAll(box().storage.list("", "", 10));
        };
        storage.beforeTransact(() -> former.storage.put("early", new byte[1]));
        mounts.tune("tuned", entry -> Mounts.edited(entry, "", Map.of("version", "2"), entry.config()));
        assertEquals(List.of("early"), seen);
        assertEquals(box(), mounts.existing("tuned").content());
    }

    private static void unavailable(Runnable work) {
        Fault fault = assertThrows(FaultException.class, work::run).fault();
        assertInstanceOf(Fault.Unavailable.class, fault);
    }

    @Test
    void anInterruptedDisableIsFinishedAtTheNextUnseal() {
        enable("gone");
        View data = box().storage;
        data.put("k", new byte[1]);
        int lastBreath = storage.commits() + 1;
        storage.beforeCommit(commit -> {
            if (commit > lastBreath) {
                throw new IllegalStateException("the process dies here");
            }
        });
        assertThrows(IllegalStateException.class, () -> mounts.disable("gone"));
        storage.beforeCommit(commit -> {});
        Mounts after = reopened();
        assertEquals(List.of(), after.entries());
        assertEquals(List.of(), storage.list("", "", 10));
    }

    @Test
    void movingKeepsDataAndAccessor() {
        MountEntry before = enable("old");
        box().storage.put("k", new byte[1]);
        mounts.move("old", "new/place");
        MountEntry after = mounts.at(new ApiPath("new/place/x")).orElseThrow().entry();
        assertEquals(before.accessor(), after.accessor());
        assertTrue(mounts.at(new ApiPath("old/x")).isEmpty());
        mounts = reopened();
        assertEquals(1, box().storage.get("k").orElseThrow().length);
    }

    @Test
    void otherOptionsOpenTheEngineAgain() {
        enable("tuned");
        Box first = box();
        mounts.tune("tuned", entry -> Mounts.edited(entry, "new words", entry.options(), entry.config()));
        assertEquals(first, mounts.existing("tuned").content());
        mounts.tune("tuned", entry -> Mounts.edited(entry, "", Map.of("version", "2"), entry.config()));
        assertNotEquals(first, mounts.existing("tuned").content());
        Object second = mounts.existing("tuned").content();
        mounts.tune(
                "tuned", entry -> Mounts.edited(entry, "", Map.of("version", "2", "colour", "red"), entry.config()));
        assertEquals(second, mounts.existing("tuned").content(), "it heeds no colour");
        mounts.tune("tuned", entry -> Mounts.edited(entry, "", Map.of("version", "2"), entry.config()));
        assertEquals(
                Map.of("version", "2"), reopened().existing("tuned").entry().options());
    }

    @Test
    void rowsFromBeforeAuthMethodsAreRead() {
        MountEntry entry = enable("old");
        String key = "core/mounts/" + entry.uuid();
        Map<String, Object> row = Json.object(storage.get(key).orElseThrow());
        row.keySet()
                .removeIf(name -> name.startsWith("lockout")
                        || Set.of("token_type", "allowed_managed_keys", "local", "seal_wrap", "external_entropy_access")
                                .contains(name));
        row.put("version", 1L);
        storage.put(key, Json.bytes(row));
        assertEquals(entry, reopened().existing("old").entry());
        row.put("version", 5L);
        storage.put(key, Json.bytes(row));
        Fault fault = assertThrows(FaultException.class, this::reopened).fault();
        assertInstanceOf(Fault.StorageFailed.class, fault);
    }

    @Test
    void whoMustKnowIsToldBeforeTheDataOfALeavingMountGoes() {
        enable("gone");
        box().storage.put("k", new byte[1]);
        List<String> told = new ArrayList<>();
        mounts.onLeaving(mounted ->
                told.add(mounted.entry().path() + " " + box().storage.get("k").isPresent()));
        mounts.disable("gone");
        assertEquals(List.of("gone/ true"), told);
    }

    @Test
    void fixedMountsStay() {
        mounts.fixed("sys/", "system", "", new Box(storage, starting));
        assertThrows(FaultException.class, () -> mounts.disable("sys"));
        assertThrows(FaultException.class, () -> mounts.move("sys", "elsewhere"));
        assertEquals(
                "sys/",
                mounts.at(new ApiPath("sys/mounts")).orElseThrow().entry().path());
    }

    @Test
    void theTuningOfAFixedMountLasts() {
        mounts.fixed("sys/", "system", "", new Box(storage, starting));
        MountConfig tuned = new MountConfig(
                Duration.ofHours(1),
                Duration.ofHours(2),
                false,
                List.of(),
                List.of(),
                "",
                List.of(),
                List.of(),
                TokenType.DEFAULT_SERVICE,
                LockoutLimits.DEFAULT,
                List.of(),
                new MountFlags(true, true, true));
        mounts.tune("sys", entry -> Mounts.edited(entry, "mine", entry.options(), tuned));
        assertEquals(tuned, mounts.config("sys/"));
        Mounts fresh = reopened();
        assertEquals(MountConfig.DEFAULT, fresh.config("sys/"));
        fresh.fixed("sys/", "system", "", new Box(storage, starting));
        assertEquals(tuned, fresh.config("sys/"));
        assertEquals("mine", fresh.existing("sys/").entry().description());
        assertEquals(1, fresh.entries().size());
    }

    private MountEntry enable(String path) {
        return mounts.enable(path, "box", "", Map.of(), MountConfig.DEFAULT);
    }

    private Box box() {
        return boxes.getLast();
    }

    private Mounts reopened() {
        Mounts fresh = new Mounts(storage, new MountTypes(Map.of("box", new BoxFactory()), Map.of()), world());
        fresh.open();
        return fresh;
    }

    private static EngineWorld world() {
        return new EngineWorld(
                new NoSigners(),
                new ManagedKeyStore(new MemoryView(), Map.of()),
                new SecureRandom(),
                InstantSource.system());
    }

    /** An engine that keeps bytes. */
    private record Box(View storage, Runnable starting) implements SecretsEngine {
        @Override
        public List<Endpoint> endpoints() {
            return List.of();
        }

        @Override
        public void start() {
            starting.run();
        }
    }

    private final class BoxFactory implements SecretsEngine.Factory {
        @Override
        public String type() {
            return "box";
        }

        @Override
        public String description() {
            return "keeps bytes";
        }

        @Override
        public Set<String> options() {
            return Set.of("version");
        }

        @Override
        public SecretsEngine open(SecretsEngine.Context context) {
            boxes.add(new Box(context.storage(), () -> starting.run()));
            return boxes.getLast();
        }
    }

    private static final class NoSigners implements Signers {
        @Override
        public Signer named(String name, String id) {
            throw Fault.notFound(name);
        }

        @Override
        public Signer generate(String name, KeyKind kind) {
            throw Fault.notFound(name);
        }
    }
}
