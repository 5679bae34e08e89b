package io.casemate.storage.mvstore;

import io.casemate.storage.Storage;
import io.casemate.storage.StorageContract;
import java.nio.file.Path;

/** The embedded store holds the contract. */
class MvStorageTest extends StorageContract {
    @Override
    protected Storage open(Path place) {
        return MvStorage.open(place);
    }
}
