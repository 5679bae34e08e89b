package io.casemate.identity;

import io.casemate.barrier.View;
import java.util.List;
import java.util.Optional;

/** Where records are read: the store, or a transaction with its own writes. */
interface Source {
    Optional<byte[]> get(String key);

    List<String> list(String prefix, String after, int limit);

    static Source of(View view) {
        return new Source() {
            @Override
            public Optional<byte[]> get(String key) {
                return view.get(key);
            }

            @Override
            public List<String> list(String prefix, String after, int limit) {
                return view.list(prefix, after, limit);
            }
        };
    }

    static Source of(View.Editor editor) {
        return new Source() {
            @Override
            public Optional<byte[]> get(String key) {
                return editor.get(key);
            }

            @Override
            public List<String> list(String prefix, String after, int limit) {
                return editor.list(prefix, after, limit);
            }
        };
    }
}
