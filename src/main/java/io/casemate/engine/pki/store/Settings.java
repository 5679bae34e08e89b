package io.casemate.engine.pki.store;

import io.casemate.barrier.View;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

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

    /** Stores what {@code change} makes of what is stored, with nobody between; what it throws undoes it. */
    public Map<String, Object> change(String name, UnaryOperator<Map<String, Object>> change) {
        return view.transact(editor -> {
            Map<String, Object> values =
                    change.apply(editor.get(ENTRY + name).map(Records::members).orElse(Map.of()));
            editor.put(ENTRY + name, Records.json(values));
            return values;
        });
    }

    /** Stores. */
    public void put(String name, Map<String, Object> values) {
        view.put(ENTRY + name, Records.json(values));
    }
}
