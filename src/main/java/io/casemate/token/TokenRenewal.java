package io.casemate.token;

import io.casemate.barrier.View;
import io.casemate.kernel.Fault;
import io.casemate.kernel.SecretBytes;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/** Prolongs stored tokens. */
final class TokenRenewal {
    private final View storage;
    private final Consumer<String> forget;

    /**
     * On the store's view.
     *
     * @param forget drops a token from the cache
     */
    TokenRenewal(View storage, Consumer<String> forget) {
        this.storage = storage;
        this.forget = forget;
    }

    /** The token without itself; {@code asked} tells what bounds the renewal. See {@link TokenStore#renew}. */
    Issued renew(String key, Duration increment, Function<TokenLife, RenewalTerms> asked, Instant now) {
        try {
            return storage.transact(editor -> {
                TokenEntry entry = TokenRecords.read(editor, key)
                        .filter(there -> there.usable(now))
                        .orElseThrow(() -> new Fault.PermissionDenied().asException());
                if (!entry.traits().renewable() || entry.life().expires().isEmpty()) {
                    throw Fault.badRequest("lease is not renewable");
                }
                TokenLife life = entry.life();
                RenewalTerms terms = asked.apply(life);
                Lifetimes.Granted granted = Lifetimes.prolonged(life.within(terms), increment, terms.limits(), now);
                TokenEntry renewed = entry.with(life.every(terms.period()).renewed(now, granted.ttl()));
                TokenRecords.replace(editor, entry, renewed);
                List<String> warnings = new ArrayList<>(terms.warnings());
                warnings.addAll(granted.warnings());
                return new Issued(SecretBytes.ofText(""), renewed, granted.ttl(), warnings);
            });
        } finally {
            forget.accept(key);
        }
    }
}
