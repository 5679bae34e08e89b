package io.casemate.engine.pki.tidy;

import io.casemate.barrier.View;
import io.casemate.engine.pki.issue.Presented;
import io.casemate.engine.pki.store.Certificates;
import io.casemate.engine.pki.store.Certificates.Kept;
import io.casemate.engine.pki.store.Issuer;
import io.casemate.engine.pki.store.Issuers;
import io.casemate.engine.pki.store.Revocations;
import io.casemate.engine.pki.store.Revocations.Listed;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.bouncycastle.asn1.x509.Certificate;

/** Everything that can be tidied, in the order in which it is. */
public final class TidyTasks {
    private final View view;
    private final Certificates certificates;
    private final Revocations revocations;
    private final Issuers issuers;
    private final Consumer<UUID> gone;

    /** Tasks on what lies in {@code view}; {@code gone} hears which issuers were deleted. */
    public TidyTasks(
            View view, Certificates certificates, Revocations revocations, Issuers issuers, Consumer<UUID> gone) {
        this.gone = gone;
        this.view = view;
        this.certificates = certificates;
        this.revocations = revocations;
        this.issuers = issuers;
    }

    @FunctionalInterface
    private interface Work {
        TidyTask.Page page(TidyPlan plan, String cursor, Instant now);
    }

    private record Named(String name, Predicate<TidyPlan> wanted, Work work) implements TidyTask {
        @Override
        public boolean wanted(TidyPlan plan) {
            return wanted.test(plan);
        }

        @Override
        public Page page(TidyPlan plan, String cursor, Instant now) {
            return work.page(plan, cursor, now);
        }
    }

    /** All of them. Revocations find their issuers before those that have ended are forgotten. */
    public List<TidyTask> all() {
        return List.of(
                new Named("certificates", TidyPlan::certificates, this::certificates),
                new Named("associations", TidyPlan::associations, this::associations),
                new Named("revocations", TidyPlan::revoked, this::revocations),
                new Named("issuers", TidyPlan::issuers, this::issuers));
    }

    private TidyTask.Page certificates(TidyPlan plan, String cursor, Instant now) {
        List<String> page = certificates.serials(cursor, plan.page());
        List<String> over = page.stream()
                .filter(serial -> certificates
                        .get(serial)
                        .filter(kept -> over(Certificate.getInstance(kept.der()), plan.safety(), now))
                        .isPresent())
                .toList();
        if (!over.isEmpty()) {
            view.transact(editor -> {
                over.forEach(serial -> Certificates.delete(editor, serial));
                return null;
            });
        }
        String next = page.size() < plan.page() ? "" : page.getLast();
        return new TidyTask.Page(next, page.size(), Map.of("cert_store_deleted_count", (long) over.size()));
    }

    private TidyTask.Page revocations(TidyPlan plan, String cursor, Instant now) {
        List<Listed> page = revocations.page(cursor, plan.page());
        List<Listed> over = page.stream()
                .filter(listed ->
                        listed.revocation().notAfter().plus(plan.safety()).isBefore(now))
                .toList();
        if (!over.isEmpty()) {
            view.transact(editor -> {
                over.forEach(listed -> {
                    Revocations.delete(editor, listed);
                    Certificates.delete(editor, listed.serial());
                });
                return null;
            });
        }
        return new TidyTask.Page(
                next(page, plan), page.size(), Map.of("revoked_cert_deleted_count", (long) over.size()));
    }

    private TidyTask.Page associations(TidyPlan plan, String cursor, Instant now) {
        List<Listed> page = revocations.page(cursor, plan.page());
        List<Listed> orphans = page.stream()
                .filter(listed -> issuers.byId(listed.issuer().toString()).isEmpty())
                .toList();
        for (Listed orphan : orphans) {
            certificates
                    .get(orphan.serial())
                    .ifPresent(kept -> heir(kept)
                            .ifPresent(heir -> view.transact(editor -> {
                                Revocations.move(editor, orphan, heir.id());
                                // Where it is looked for is what the certificate's record says.
                                Certificates.put(editor, orphan.serial(), new Kept(heir.id(), kept.der()));
                                return null;
                            })));
        }
        return new TidyTask.Page(
                next(page, plan), page.size(), Map.of("missing_issuer_cert_count", (long) orphans.size()));
    }

    /** Whose signature is on the revoked certificate. */
    private Optional<Issuer> heir(Kept kept) {
        Presented certificate = Presented.parse(kept.der());
        return issuers.ids().stream()
                .flatMap(id -> issuers.byId(id).stream())
                .filter(certificate::issuedBy)
                .findFirst();
    }

    private static String next(List<Listed> page, TidyPlan plan) {
        return page.size() < plan.page() ? "" : page.getLast().cursor();
    }

    /** Keys stay. The default stays, so that nothing that works stops working unasked. */
    private TidyTask.Page issuers(TidyPlan plan, String cursor, Instant now) {
        String standard = issuers.defaults().id();
        List<String> ids = issuers.ids();
        ids.stream()
                .filter(id -> !id.equals(standard))
                .flatMap(id -> issuers.byId(id).stream())
                .filter(issuer -> over(issuer.certificate(), plan.issuerSafety(), now))
                .forEach(this::delete);
        return new TidyTask.Page("", ids.size(), Map.of());
    }

    private void delete(Issuer issuer) {
        view.transact(editor -> {
            issuers.byId(editor, issuer.id().toString()).ifPresent(now -> issuers.delete(editor, now));
            return null;
        });
        gone.accept(issuer.id());
    }

    private static boolean over(Certificate certificate, Duration safety, Instant now) {
        return certificate.getEndDate().getDate().toInstant().plus(safety).isBefore(now);
    }
}
