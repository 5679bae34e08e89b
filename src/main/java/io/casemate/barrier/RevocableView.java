package io.casemate.barrier;

import io.casemate.kernel.Fault;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * A view that whoever lent it takes back. Once {@link #revoke} has returned, nothing is changed through it any more, by nobody who
 * still holds it, and what is read through it is what was there before. Costs a look at a flag.
 */
public final class RevocableView implements View {
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final View view;
    private final Loan loan;

    /** Lends {@code view}. */
    public RevocableView(View view) {
        this(view, new Loan());
    }

    private RevocableView(View view, Loan loan) {
        this.view = view;
        this.loan = loan;
    }

    /** Shared with all parts below. */
    private static final class Loan {
        private volatile boolean over;

        private void require() {
            if (over) {
                throw new Fault.Unavailable("this mount was changed meanwhile; send the request again", PAUSE)
                        .asException();
            }
        }
    }

    /**
     * Takes it back, with all parts below it. Every method throws {@code Fault.Unavailable} from now on. Waits for the transactions
     * that are under way, which are durable when this returns.
     *
     * @throws io.casemate.kernel.FaultException {@code StorageFailed} when one of them is not; it is taken back all the same
     */
    public void revoke() {
        loan.over = true;
        view.transact(_ -> null);
    }

    @Override
    public Optional<byte[]> get(String key) {
        Optional<byte[]> value = view.get(key);
        loan.require();
        return value;
    }

    @Override
    public List<String> list(String prefix, String after, int limit) {
        List<String> keys = view.list(prefix, after, limit);
        loan.require();
        return keys;
    }

    @Override
    public <T> T transact(Function<Editor, T> work) {
        return view.transact(editor -> {
            T result = work.apply(editor);
            loan.require();
            return result;
        });
    }

    @Override
    public View below(String prefix) {
        return new RevocableView(view.below(prefix), loan);
    }
}
