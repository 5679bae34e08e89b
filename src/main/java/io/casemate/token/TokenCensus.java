package io.casemate.token;

import io.casemate.barrier.View;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

/** Lists and counts stored tokens, a page at a time. */
final class TokenCensus {
    private static final int PAGE = 500;

    private final View storage;
    private final Function<String, String> accessorKey;
    private final Supplier<Instant> now;

    /**
     * On the store's view.
     *
     * @param accessorKey turns an accessor into its storage key
     */
    TokenCensus(View storage, Function<String, String> accessorKey, Supplier<Instant> now) {
        this.storage = storage;
        this.accessorKey = accessorKey;
        this.now = now;
    }

    /** See {@link TokenStore#accessors}. */
    List<String> accessors(String after, int limit) {
        List<String> accessors = new ArrayList<>();
        String position = after.isEmpty() ? "" : TokenRecords.ACCESSOR + accessorKey.apply(after);
        while (accessors.size() < limit) {
            List<String> page = storage.list(TokenRecords.ACCESSOR, position, Math.min(PAGE, limit - accessors.size()));
            if (page.isEmpty()) {
                break;
            }
            page.forEach(place -> storage.get(place)
                    .map(TokenCodec::members)
                    .ifPresent(pointer -> accessors.add(pointer.text("accessor"))));
            position = page.getLast();
        }
        return accessors;
    }

    /** See {@link TokenStore#count}. */
    long count() {
        long count = 0;
        List<String> page = storage.list(TokenRecords.ACCESSOR, "", PAGE);
        while (!page.isEmpty()) {
            count += page.size();
            page = storage.list(TokenRecords.ACCESSOR, page.getLast(), PAGE);
        }
        return count;
    }

    /** See {@link TokenStore#rootTokens}. */
    RootTokens rootTokens(int most) {
        long roots = 0;
        int seen = 0;
        List<String> page = storage.list(TokenRecords.ID, "", PAGE);
        while (!page.isEmpty() && seen < most) {
            roots += page.stream()
                    .flatMap(place -> TokenRecords.read(storage, place.substring(TokenRecords.ID.length())).stream())
                    .filter(entry -> entry.traits().root() && entry.usable(now.get()))
                    .count();
            seen += page.size();
            page = storage.list(TokenRecords.ID, page.getLast(), PAGE);
        }
        return new RootTokens(roots, page.isEmpty());
    }
}
