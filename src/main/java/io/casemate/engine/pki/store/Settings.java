package io.casemate.engine.pki.store;

import io.casemate.barrier.View;
import java.util.Map;
import java.util.Optional;

/** The mount's {@code config/...} values, each stored as the API shows it. */
public final class Settings {
    private static final String ENTRY = "config/";

    private final View view;

    /** Settings below {@code view}. */
    public Settings(View view) {
        this.view = view;
    }

    /** What was stored under {@code config/name}. */
    public Optional<Map<String, Object>> get(String name) {
        return view.get(ENTRY + name).map(stored -> Records.members(stored));
    }

    /** Stores. */
    public void put(String name, Map<String, Object> values) {
        view.put(ENTRY + name, Records.json(values));
    }
}
