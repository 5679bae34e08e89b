package io.casemate.storage.memory;

import io.casemate.storage.Storage;
import io.casemate.storage.StorageContract;
import java.nio.file.Path;

/** The in-memory storage holds the contract. */
class MemoryStorageTest extends StorageContract {
    @Override
    protected Storage open(Path place) {
        return MemoryStorage.open(place);
    }
}
