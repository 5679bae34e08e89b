package io.casemate.storage.mvstore;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import io.casemate.storage.Storage;
import io.casemate.storage.StorageContract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The embedded store holds the contract. */
class MvStorageTest extends StorageContract {
    @Override
    protected Storage open(Path place) {
        return MvStorage.open(place);
    }

    @Test
    void a_replacement_is_there_after_a_restart_and_can_be_replaced_again() throws IOException {
        for (int round = 0; round < 3; round++) {
            String value = "round " + round;
            try (Storage.Replacement replacement = storage.prepare(sink -> sink.accept("key", value.getBytes(UTF_8)))) {
                replacement.commit();
            }
            storage.close();
            storage = open(directory.resolve("store"));
            assertEquals(value, text("key"));
        }
        try (var files = Files.list(directory)) {
            assertEquals(
                    Set.of("store", "store.lock", "store.mark"),
                    files.map(file -> file.getFileName().toString()).collect(Collectors.toSet()));
        }
    }

    /** As a crash leaves it between the rename and the new mark. */
    @Test
    void a_replacement_whose_mark_did_not_follow_is_the_store() throws IOException {
        put("key", "old");
        Path store = directory.resolve("store");
        Path mark = directory.resolve("store.mark");
        byte[] oldMark = Files.readAllBytes(mark);
        try (Storage.Replacement replacement = storage.prepare(sink -> sink.accept("key", "new".getBytes(UTF_8)))) {
            replacement.commit();
        }
        storage.close();
        Files.write(mark, oldMark);
        storage = open(store);
        assertEquals("new", text("key"));
        assertFalse(Arrays.equals(oldMark, Files.readAllBytes(mark)));
    }

    @Test
    void a_replacement_does_not_follow_another_stores_mark() throws IOException {
        Path other = Files.createDirectory(directory.resolve("other")).resolve("store");
        open(other).close();
        try (Storage.Replacement replacement = storage.prepare(sink -> sink.accept("key", new byte[1]))) {
            replacement.commit();
        }
        storage.close();
        Files.copy(
                other.resolveSibling("store.mark"),
                directory.resolve("store.mark"),
                StandardCopyOption.REPLACE_EXISTING);
        FaultException refused = assertThrows(
                FaultException.class, () -> open(directory.resolve("store")).close());
        assertEquals(
                Fault.StorageProblem.ROLLED_BACK,
                assertInstanceOf(Fault.StorageFailed.class, refused.fault()).problem());
    }
}
