package io.casemate.engine.pki.store;

import io.casemate.barrier.View;
import io.casemate.engine.JsonRecord;
import io.casemate.engine.Members;
import io.casemate.kernel.Fault;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * The shards of each scope's CRL, and where certificates say that theirs is (RFC 5280 4.2.1.13, 5.2.5). A certificate says so for as
 * long as it lives: so the number of shards never changes after the first certificate that names one, and every address that
 * was ever named is kept.
 */
public final class CrlShards {
    /** What stands for a shard's number in an address. */
    public static final String MARK = "{{crl_shard}}";

    private static final String ENTRY = "crl-shards/";
    private static final int MOST = 64;

    private final View view;
    private final ParseCache<Shards> parsed = new ParseCache<>();

    /** Shards below {@code view}. */
    public CrlShards(View view) {
        this.view = view;
    }

    /**
     * The shards of one scope.
     *
     * @param count 0 when no certificate names one
     * @param addresses with {@link #MARK} where the number stands
     */
    public record Shards(int count, List<String> addresses) {
        /** None. */
        public static final Shards NONE = new Shards(0, List.of());

        /** Whose number a certificate's address has: the serial number's remainder. */
        public int of(BigInteger serial) {
            return serial.mod(BigInteger.valueOf(count)).intValue();
        }

        /** Where certificates say that a shard is. */
        public List<String> places(int shard) {
            return addresses.stream().map(each -> place(each, shard)).toList();
        }
    }

    /** An address with the number in it. */
    public static String place(String address, int shard) {
        return address.replace(MARK, Integer.toString(shard));
    }

    /** As rolls and CRLs of a shard are called. */
    public static String id(String scope, int shard) {
        return scope + "-" + shard;
    }

    /** The shards of a scope. */
    public Shards of(String scope) {
        return view.get(ENTRY + scope)
                .map(stored -> parsed.of(scope, stored, () -> parse(scope, stored)))
                .orElse(Shards.NONE);
    }

    /** The same as a transaction sees it. */
    static Shards of(Function<String, Optional<byte[]>> store, String scope) {
        return store.apply(ENTRY + scope).map(stored -> parse(scope, stored)).orElse(Shards.NONE);
    }

    /**
     * The shards that certificates may name from now on by {@code addresses}, which is durable when this returns.
     *
     * @param count of the scope's shards, unless certificates name some already
     * @throws io.casemate.kernel.FaultException {@code BadRequest} for too many addresses
     */
    public Shards named(String scope, int count, List<String> addresses) {
        Shards known = of(scope);
        return known.count() > 0 && known.addresses().containsAll(addresses)
                ? known
                : view.transact(editor -> {
                    Shards old = of(editor::get, scope);
                    List<String> all = new ArrayList<>(old.addresses());
                    addresses.stream().filter(each -> !all.contains(each)).forEach(all::add);
                    if (all.size() > MOST) {
                        throw Fault.badRequest("the CRL shards of this issuer have had " + MOST
                                + " addresses, and every CRL names them all: make a new issuer");
                    }
                    Shards shards = new Shards(old.count() > 0 ? old.count() : count, List.copyOf(all));
                    editor.put(
                            ENTRY + scope,
                            JsonRecord.of(Map.of("count", shards.count(), "addresses", shards.addresses())));
                    return shards;
                });
    }

    private static Shards parse(String scope, byte[] stored) {
        Members members = Members.read("the record " + ENTRY + scope, stored);
        return new Shards(members.count("count"), members.strings("addresses"));
    }
}
