package io.casemate.engine.pki;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.barrier.View;
import io.casemate.engine.pki.tidy.TidyPlan;
import io.casemate.engine.pki.tidy.TidyTask;
import io.casemate.engine.pki.tidy.Tidying;
import io.casemate.kernel.Await;
import io.casemate.kernel.Fault;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Response;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** Tidying deletes what has ended and nothing else, in pages, and can be ended and interrupted. */
class TidyTest {
    private final PkiFixture pki = new PkiFixture();

    private Object state() {
        return pki.read("tidy-status").get("state");
    }

    private Map<String, Object> tidied(Object... pairs) {
        assertEquals(
                202, pki.call(Operation.UPDATE, "tidy", PkiFixture.map(pairs)).status());
        Await.until(() -> !state().equals("Running"));
        return pki.read("tidy-status");
    }

    @Test
    void what_has_ended_goes_and_the_rest_stays() {
        Map<String, Object> root = pki.rootAndRole();
        for (int i = 0; i < 5; i++) {
            pki.write("issue/web", "common_name", "short.example.com", "ttl", "1h");
        }
        Object revoked = pki.write("issue/web", "common_name", "a.example.com", "ttl", "1h")
                .get("serial_number");
        pki.write("revoke", "serial_number", revoked);
        Object lasting = pki.write("issue/web", "common_name", "b.example.com", "ttl", "24h")
                .get("serial_number");
        pki.write("revoke", "serial_number", lasting);
        pki.raw("crl");
        pki.pass(Duration.ofHours(3));
        Map<String, Object> none = tidied("tidy_cert_store", true, "tidy_revoked_certs", true);
        assertEquals(List.of(0L, 0L), counts(none), "the safety buffer");
        Map<String, Object> status =
                tidied("tidy_cert_store", true, "tidy_revoked_certs", true, "safety_buffer", "1h", "page_size", 2);
        assertEquals("Finished", status.get("state"));
        assertEquals(List.of(6L, 1L), counts(status));
        assertEquals(pki.now().toString(), status.get("time_finished"));
        assertNull(status.get("error"));
        assertEquals(
                List.of(lasting, root.get("serial_number")).stream().sorted().toList(),
                pki.list("certs").stream().sorted().toList());
        assertEquals(List.of(lasting), pki.list("certs/revoked"));
        assertEquals(2, pki.crl("crl").getRevokedCertificates().size(), "the CRL has rules of its own");
    }

    private static List<Object> counts(Map<String, Object> status) {
        return List.of(status.get("cert_store_deleted_count"), status.get("revoked_cert_deleted_count"));
    }

    @Test
    void issuers_that_have_ended_go_but_not_the_default() {
        pki.rootAndRole();
        pki.write("root/generate/internal", "common_name", "Short", "key_type", "ec", "ttl", "1h");
        pki.pass(Duration.ofDays(10));
        tidied("tidy_expired_issuers", true);
        assertEquals(2, pki.list("issuers").size());
        tidied("tidy_expired_issuers", true, "issuer_safety_buffer", "24h");
        assertEquals(1, pki.list("issuers").size());
        assertEquals(2, pki.list("keys").size());
        pki.pass(Duration.ofDays(10_000));
        tidied("tidy_expired_issuers", true);
        assertEquals(1, pki.list("issuers").size());
    }

    @Test
    void revocations_of_a_deleted_issuer_find_its_heir() {
        Map<String, Object> root = pki.rootAndRole();
        String serial =
                (String) pki.write("issue/web", "common_name", "a.example.com").get("serial_number");
        pki.write("revoke", "serial_number", serial);
        pki.call(Operation.DELETE, "issuer/" + root.get("issuer_id"), Map.of());
        pki.write("issuers/import/cert", "pem_bundle", root.get("certificate"));
        Map<String, Object> status = tidied("tidy_revoked_cert_issuer_associations", true);
        assertEquals(1L, status.get("missing_issuer_cert_count"));
        Object heir = pki.list("issuers").getFirst();
        assertTrue(pki.storage.keys().stream().anyMatch(key -> key.startsWith("revoked/" + heir)));
        pki.write("config/issuers", "default", heir);
        assertEquals(1, pki.crl("crl").getRevokedCertificates().size());
        assertNotEquals(0L, pki.read("cert/" + serial).get("revocation_time"), "it is still known to be revoked");
        pki.write("revoke", "serial_number", serial);
        assertEquals(1, pki.crl("crl").getRevokedCertificates().size(), "and once on the list");
    }

    @Test
    void refusals() {
        Response idle = pki.call(Operation.UPDATE, "tidy", Map.of());
        assertEquals(202, idle.status());
        assertTrue(idle.warnings().getFirst().contains("no tidy operation is requested"));
        pki.refusal("tidy", "tidy_cert_store", true, "safety_buffer", "0s");
        pki.refusal("tidy", "tidy_cert_store", true, "page_size", 0);
        pki.refusal("tidy", "tidy_cert_store", true, "pause_duration", "2h");
        pki.refusal("tidy", "tidy_cert_store", true, "tidy_cmpv2_nonce_store", true);
        pki.refusal("config/auto-tidy", "enabled", true);
        pki.refusal("config/auto-tidy", "interval_duration", "1s");
        pki.refusal("config/auto-tidy", "maintain_stored_certificate_counts", true);
        assertEquals("Inactive", state());
        Response cancel = pki.call(Operation.UPDATE, "tidy-cancel", Map.of());
        assertTrue(cancel.warnings().getFirst().contains("none is currently running"));
        pki.write("config/auto-tidy", "enabled", true, "tidy_cert_store", true, "interval_duration", "24h");
        assertEquals(86400L, pki.read("config/auto-tidy").get("interval_duration"));
    }

    /** A task of ten pages, each of which waits to be let through. */
    private static final class Pages implements TidyTask {
        private final List<String> done = new CopyOnWriteArrayList<>();
        private final Semaphore gate = new Semaphore(0);

        @Override
        public String name() {
            return "pages";
        }

        @Override
        public boolean wanted(TidyPlan plan) {
            return true;
        }

        @Override
        public Page page(TidyPlan plan, String cursor, Instant now) {
            gate.acquireUninterruptibly();
            done.add(cursor);
            int page = cursor.isEmpty() ? 0 : Integer.parseInt(cursor);
            return new Page(page == 9 ? "" : String.valueOf(page + 1), 1, Map.of("cert_store_deleted_count", 1L));
        }
    }

    private final Pages pages = new Pages();
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private Map<String, Object> automatic = Map.of();

    private Tidying tidying(View view) {
        return new Tidying(view, List.of(pages), () -> automatic, () -> now);
    }

    private static Map<String, Object> plan() {
        Map<String, Object> values = new HashMap<>();
        values.put("safety_buffer", 1L);
        values.put("issuer_safety_buffer", 1L);
        values.put("pause_duration", "0s");
        values.put("page_size", 1L);
        return values;
    }

    @Test
    void one_at_a_time_and_cancelled_between_pages() {
        Tidying tidying = tidying(pki.storage);
        assertTrue(tidying.start(plan()));
        assertEquals(false, tidying.start(plan()));
        pages.gate.release(3);
        Await.until(() -> pages.done.size() == 3);
        assertTrue(tidying.cancel());
        pages.gate.release(10);
        Await.until(() -> tidying.status().state().word().equals("Cancelled"));
        assertTrue(pages.done.size() <= 5, pages.done::toString);
        pages.gate.drainPermits();
        pages.gate.release(20);
        Await.until(() -> tidying.start(plan()));
        Await.until(() -> tidying.status().state().word().equals("Finished"));
        assertEquals(10L, tidying.status().counts().get("cert_store_deleted_count"));
    }

    @Test
    void an_interrupted_one_goes_on_where_it_was() {
        Tidying first = tidying(pki.storage);
        first.start(plan());
        pages.gate.release(4);
        Await.until(() -> Long.valueOf(4).equals(first.status().counts().get("cert_store_deleted_count")));
        first.close();
        pages.gate.release(1);
        Await.until(() -> pages.done.size() == 5);
        assertEquals("Running", first.status().state().word());
        pages.gate.release(20);
        Tidying second = tidying(pki.storage);
        second.look();
        Await.until(() -> second.status().state().word().equals("Finished"));
        assertEquals(10L, second.status().counts().get("cert_store_deleted_count"));
        assertEquals(List.of("4", "4", "5"), pages.done.subList(4, 7), "the page under way is done again");
    }

    @Test
    void by_itself_when_it_is_due() {
        Map<String, Object> values = plan();
        values.put("enabled", true);
        values.put("interval_duration", 3600L);
        values.put("min_startup_backoff_duration", 300L);
        automatic = values;
        pages.gate.release(1000);
        Tidying tidying = tidying(pki.storage);
        tidying.look();
        assertEquals("Inactive", tidying.status().state().word(), "not before the wait is over");
        now = now.plusSeconds(300);
        tidying.look();
        Await.until(() -> tidying.status().state().word().equals("Finished"));
        assertEquals(now, tidying.status().lastAutomatic().orElseThrow());
        now = now.plusSeconds(3599);
        Await.until(() -> {
            tidying.look();
            return pages.done.size() == 10;
        });
        now = now.plusSeconds(1);
        Await.until(() -> {
            tidying.look();
            return pages.done.size() == 20;
        });
    }

    @Test
    void a_failure_is_on_record() {
        pki.rootAndRole();
        pki.write("issue/web", "common_name", "short.example.com", "ttl", "1h");
        pki.pass(Duration.ofDays(10));
        int at = pki.storage.commits() + 2;
        AtomicBoolean failed = new AtomicBoolean();
        pki.storage.beforeCommit(commit -> {
            if (commit == at && failed.compareAndSet(false, true)) {
                throw new Fault.StorageFailed(Fault.StorageProblem.FULL, "no space").asException();
            }
        });
        Map<String, Object> status = tidied("tidy_cert_store", true);
        assertEquals("Error", status.get("state"));
        assertTrue(((String) status.get("error")).contains("no space"));
        assertEquals("Finished", tidied("tidy_cert_store", true).get("state"));
    }
}
