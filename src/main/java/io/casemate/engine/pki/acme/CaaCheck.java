package io.casemate.engine.pki.acme;

import io.casemate.engine.pki.acme.AcmeRequest.Signed;
import io.casemate.engine.pki.acme.challenge.Caa;
import io.casemate.engine.pki.acme.challenge.Caa.Issuance;
import io.casemate.engine.pki.acme.challenge.Lookup;
import io.casemate.engine.pki.acme.store.AcmeStore;
import io.casemate.engine.pki.acme.store.Authorization;
import io.casemate.engine.pki.acme.store.Challenge;
import io.casemate.engine.pki.acme.store.Identifier;
import io.casemate.engine.pki.acme.store.Order;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Asks the owners of an order's names, just before its certificate is made, whether this authority may make it ({@link Caa}). Nobody
 * is asked where the authority has no name that CAA records could bear: the rule for one that only its own company trusts.
 */
final class CaaCheck {
    /** All names are asked at once, and together they get so long. */
    private static final Duration LONGEST = Duration.ofSeconds(20);

    private final AcmeStore store;

    CaaCheck(AcmeStore store) {
        this.store = store;
    }

    /**
     * Passes an order.
     *
     * @throws Problem {@code caa}, with one subproblem for each name that is not to be issued for
     */
    void require(Signed signed, Order order) {
        List<String> identities = signed.incoming().settings().identities();
        if (identities.isEmpty()) {
            return;
        }
        Caa caa = new Caa(new Lookup(signed.incoming().settings().resolver()), identities);
        String account = signed.incoming().url("account/" + signed.owner().id());
        List<Issuance> issuances = order.authorizations().stream()
                .flatMap(id -> store.authorization(signed.owner().id(), id).stream())
                .filter(each -> !each.identifier().ip())
                .map(each -> issuance(each, account))
                .toList();
        List<Map<String, Object>> refused = new ArrayList<>();
        List<Optional<String>> answers = asked(caa, issuances);
        for (int i = 0; i < issuances.size(); i++) {
            Issuance issuance = issuances.get(i);
            answers.get(i).ifPresent(why -> {
                Map<String, Object> problem = Problem.document(ProblemType.CAA.urn(), ProblemType.CAA.status(), why);
                problem.put("identifier", new Identifier(false, issuance.name()).members());
                refused.add(problem);
            });
        }
        if (!refused.isEmpty()) {
            throw ProblemType.CAA
                    .because(String.valueOf(refused.getFirst().get("detail")))
                    .with("subproblems", refused);
        }
    }

    private static Issuance issuance(Authorization authorization, String account) {
        Identifier identifier = authorization.identifier();
        String method = authorization.challenges().stream()
                .filter(each -> each.status() == Challenge.Status.VALID)
                .map(Challenge::type)
                .findFirst()
                .orElse("");
        return new Issuance(identifier.base(), identifier.wildcard(), method, account);
    }

    private static List<Optional<String>> asked(Caa caa, List<Issuance> issuances) {
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        try {
            List<Optional<String>> answers = new ArrayList<>();
            for (Future<Optional<String>> each : threads.invokeAll(
                    issuances.stream()
                            .map(issuance ->
                                    (java.util.concurrent.Callable<Optional<String>>) () -> caa.refusal(issuance))
                            .toList(),
                    LONGEST.toSeconds(),
                    TimeUnit.SECONDS)) {
                answers.add(answer(each));
            }
            return answers;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw ProblemType.SERVER_INTERNAL
                    .because(503, "the server is stopping")
                    .causedBy(e);
        } finally {
            threads.shutdownNow();
        }
    }

    private static Optional<String> answer(Future<Optional<String>> asked) throws InterruptedException {
        try {
            return asked.get();
        } catch (CancellationException e) {
            return Optional.of("DNS took too long to tell the CAA records");
        } catch (ExecutionException e) {
            throw new IllegalStateException("asking for CAA records met a bug", e);
        }
    }
}
