package io.casemate.policy;

import io.casemate.barrier.View;
import io.casemate.kernel.Caller;
import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import io.casemate.kernel.FreshCache;
import io.casemate.kernel.Request;
import io.casemate.kernel.Rights;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The policies behind the barrier, and the judge over them. Reads nothing when made. What it caches is parsed policies
 * and, for each set of policies that tokens hold, the compiled rules; all of it can be dropped at any moment.
 */
public final class PolicyStore implements Policies {
    private static final String FOLDER = "acl/";
    private static final int PAGE = 500;
    private static final int PARSED = 4096;
    private static final int COMPILED = 2048;
    private static final int PERSONAL = 8192;

    private final View storage;
    private final FreshCache<String, Policy> parsed = new FreshCache<>(PARSED);
    private final FreshCache<Set<String>, Acl> compiled = new FreshCache<>(COMPILED);
    private final FreshCache<Rights, Acl> personal = new FreshCache<>(PERSONAL);

    /** On {@code storage}, a part of the barrier that nothing else writes to. */
    public PolicyStore(View storage) {
        this.storage = storage;
    }

    @Override
    public Verdict judge(Caller caller, Request request, boolean needsSudo) {
        if (caller.kind() == Caller.TokenKind.NONE) {
            return Verdict.DENIED;
        }
        return acl(caller.rights()).judge(request, needsSudo);
    }

    @Override
    public Explanation explain(Rights rights, Request request, boolean needsSudo) {
        return new Explainer(acl(rights), rights.identity()).explain(request, needsSudo);
    }

    @Override
    public List<Allowance> allowances(Rights rights) {
        return acl(rights).grants().map(Allowance::of).toList();
    }

    @Override
    public List<String> capabilities(Rights rights, String path) {
        return acl(rights).capabilities(path);
    }

    @Override
    public boolean reaches(Rights rights, String mount) {
        return acl(rights).reaches(mount);
    }

    @Override
    public boolean exists(String name) {
        return read(name).isPresent();
    }

    /** The policy of that name in any case; {@code root} has an empty text. */
    public Optional<Policy> read(String name) {
        return Optional.ofNullable(parsed.get(PolicyName.of(name), this::load));
    }

    /** All names in order, {@code root} last; without those that are no token's to hold. */
    public List<String> names() {
        TreeSet<String> names = new TreeSet<>();
        names.add(BuiltIn.DEFAULT);
        List<String> page = storage.list(FOLDER, "", PAGE);
        while (!page.isEmpty()) {
            page.forEach(key -> names.add(key.substring(FOLDER.length())));
            page = storage.list(FOLDER, page.getLast(), PAGE);
        }
        List<String> all = new ArrayList<>(names);
        all.add(Policy.ROOT);
        return all;
    }

    /**
     * Stores a policy, durably; it holds for every request that begins after this returns.
     *
     * @return what its author may not have meant
     * @throws io.casemate.kernel.FaultException {@code BadRequest} when it cannot be understood or the name is reserved;
     *     the policy before it stays then
     */
    public List<String> write(String name, String text) {
        String known = PolicyName.of(name);
        if (BuiltIn.IMMUTABLE.contains(known)) {
            throw Fault.badRequest("cannot update \"" + known + "\" policy");
        }
        if (text.isBlank()) {
            throw Fault.badRequest("'policy' parameter not supplied or empty");
        }
        Policy policy = PolicyParser.parse(known, text);
        try {
            storage.put(FOLDER + known, PolicyRecord.encode(text));
        } finally {
            forget(known);
        }
        return policy.warnings();
    }

    /** Deletes a policy; nothing happens when there is none. Tokens that hold it keep its name and lose its rules. */
    public void delete(String name) {
        String known = PolicyName.of(name);
        if (BuiltIn.TEXTS.containsKey(known)) {
            throw Fault.badRequest("cannot delete \"" + known + "\" policy");
        }
        try {
            storage.delete(FOLDER + known);
        } finally {
            forget(known);
        }
    }

    /** Drops what is cached for one storage key (relative to this store's view), changed behind its back. */
    public void invalidate(String key) {
        if (key.startsWith(FOLDER)) {
            forget(key.substring(FOLDER.length()));
        }
    }

    /** Drops everything cached: on seal. */
    public void invalidate() {
        parsed.dropAll();
        compiled.dropAll();
        personal.dropAll();
    }

    /** In this order: what is made after a drop can only have read what the drops before it left. */
    private void forget(String name) {
        parsed.drop(name);
        compiled.dropAll();
        personal.dropAll();
    }

    /** The rules of {@code rights}: one look in one cache as a rule. */
    private Acl acl(Rights rights) {
        return rights.identity().entityId().isEmpty()
                ? compiled.get(rights.policies(), this::compile)
                : personal.get(rights, this::fill);
    }

    private Acl fill(Rights rights) {
        return compiled.get(Set.copyOf(rights.all()), this::compile).filledFor(rights.identity());
    }

    private Acl compile(Set<String> names) {
        return new Acl(names.stream()
                .sorted()
                .map(name -> parsed.get(name, this::load))
                .filter(Objects::nonNull)
                .toList());
    }

    private Policy load(String name) {
        if (BuiltIn.IMMUTABLE.contains(name)) {
            return PolicyParser.parse(name, BuiltIn.TEXTS.get(name));
        }
        try {
            return storage.get(FOLDER + name)
                    .map(stored -> PolicyRecord.decode(name, stored))
                    .or(() -> Optional.ofNullable(BuiltIn.TEXTS.get(name)))
                    .map(text -> PolicyParser.parse(name, text))
                    .orElse(null);
        } catch (FaultException e) {
            if (e.fault() instanceof Fault.BadRequest(List<String> details)) {
                String detail =
                        "the stored policy " + name + " is not understood; write it again: " + details.getFirst();
                throw new Fault.StorageFailed(Fault.StorageProblem.CORRUPT, detail).causedBy(e);
            }
            throw e;
        }
    }
}
