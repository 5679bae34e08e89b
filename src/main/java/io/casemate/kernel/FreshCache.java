package io.casemate.kernel;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;

/**
 * A bounded cache of what can always be loaded again, from which nothing stale is ever served: once {@link #drop} has
 * returned, no {@link #get} that starts afterwards answers from a load that began before. Reads take no lock.
 *
 * <p>The order for writers is: make the change durable, then drop. Each entry carries the stamp of its key's stripe as
 * it was before the load began; dropping raises the stamp, so an older load that finishes late is not believed.
 *
 * @param <K> keys with {@code equals} and {@code hashCode}
 * @param <V> immutable values
 */
public final class FreshCache<K, V> {
    private static final int STRIPES = 1024;

    private final AtomicLongArray stamps = new AtomicLongArray(STRIPES);
    private final AtomicReference<Generations<K, V>> generations = new AtomicReference<>(new Generations<>());
    private final int half;

    /** Holds about {@code capacity} entries; those not asked for lately go first. */
    public FreshCache(int capacity) {
        this.half = Math.max(1, capacity / 2);
    }

    /**
     * The value, from the cache or from {@code load}.
     *
     * @param load may return {@code null} for "not there", which is answered and not kept; what it throws is thrown here
     */
    public V get(K key, Function<? super K, ? extends V> load) {
        int stripe = stripe(key);
        long stamp = stamps.get(stripe);
        Generations<K, V> now = generations.get();
        Stamped<V> found = now.young.get(key);
        if (found != null && found.stamp == stamp) {
            return found.value;
        }
        Stamped<V> aged = now.old.get(key);
        if (aged != null && aged.stamp == stamp) {
            keep(now, key, aged);
            return aged.value;
        }
        V loaded = load.apply(key);
        if (loaded != null) {
            keep(now, key, new Stamped<>(stamp, loaded));
        }
        return loaded;
    }

    /** Forgets {@code key}, and every load of it under way. */
    public void drop(K key) {
        stamps.incrementAndGet(stripe(key));
        Generations<K, V> now = generations.get();
        now.young.remove(key);
        now.old.remove(key);
    }

    /** Forgets everything, and every load under way. */
    public void dropAll() {
        for (int stripe = 0; stripe < STRIPES; stripe++) {
            stamps.incrementAndGet(stripe);
        }
        generations.set(new Generations<>());
    }

    private void keep(Generations<K, V> now, K key, Stamped<V> entry) {
        now.young.put(key, entry);
        if (now.young.size() >= half) {
            generations.compareAndSet(now, new Generations<>(new ConcurrentHashMap<>(), now.young));
        }
    }

    private static int stripe(Object key) {
        int hash = key.hashCode();
        return (hash ^ (hash >>> 16)) & (STRIPES - 1);
    }

    private record Stamped<V>(long stamp, V value) {}

    private record Generations<K, V>(Map<K, Stamped<V>> young, Map<K, Stamped<V>> old) {
        private Generations() {
            this(new ConcurrentHashMap<>(), new ConcurrentHashMap<>());
        }
    }
}
