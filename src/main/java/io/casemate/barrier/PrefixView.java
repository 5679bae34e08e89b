package io.casemate.barrier;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/** A view of all below one prefix, of whichever barrier is open now. */
record PrefixView(Supplier<OpenBarrier> barrier, String prefix) implements View {
    @Override
    public Optional<byte[]> get(String key) {
        return barrier.get().get(prefix + key);
    }

    @Override
    public List<String> list(String folder, String after, int limit) {
        return relative(barrier.get().list(prefix + folder, absolute(after), limit));
    }

    @Override
    public <T> T transact(Function<Editor, T> work) {
        return barrier.get().transact(transaction -> work.apply(new PrefixEditor(transaction)));
    }

    @Override
    public View below(String more) {
        return new PrefixView(barrier, prefix + folder(more));
    }

    static String folder(String prefix) {
        if (!prefix.endsWith("/")) {
            throw new IllegalArgumentException("a view's prefix ends with a slash: " + prefix);
        }
        return prefix;
    }

    private String absolute(String after) {
        return after.isEmpty() ? "" : prefix + after;
    }

    private List<String> relative(List<String> keys) {
        return keys.stream().map(key -> key.substring(prefix.length())).toList();
    }

    private final class PrefixEditor implements Editor {
        private final OpenBarrier.Transaction transaction;

        PrefixEditor(OpenBarrier.Transaction transaction) {
            this.transaction = transaction;
        }

        @Override
        public Optional<byte[]> get(String key) {
            return transaction.get(prefix + key);
        }

        @Override
        public List<String> list(String folder, String after, int limit) {
            return relative(transaction.list(prefix + folder, absolute(after), limit));
        }

        @Override
        public void put(String key, byte[] value) {
            transaction.put(prefix + key, value);
        }

        @Override
        public void delete(String key) {
            transaction.delete(prefix + key);
        }

        @Override
        public Editor on(View other) {
            if (other instanceof PrefixView there && there.barrier.get() == barrier.get()) {
                return there.new PrefixEditor(transaction);
            }
            throw new IllegalArgumentException("a view of another barrier");
        }
    }
}
