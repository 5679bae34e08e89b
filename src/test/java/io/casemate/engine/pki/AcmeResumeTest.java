package io.casemate.engine.pki;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.engine.pki.AcmeClient.Answer;
import io.casemate.kernel.Await;
import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A promise to look at a challenge is kept after a fault of the store, whatever the client asks for next. */
class AcmeResumeTest {
    private static final String NAME = "a.example.com";

    private final AcmeFixture acme = new AcmeFixture();
    private final AcmeClient client = acme.member("acme");
    private final Answer order = client.order(NAME);
    private final String authorization =
            PkiFixture.strings(order.body().get("authorizations")).getFirst();
    private final Map<?, ?> challenge =
            AcmeFixture.challenge(client.fetch(authorization).body(), "dns-01");

    @AfterEach
    void close() {
        acme.close();
    }

    private static FaultException full() {
        return new Fault.StorageFailed(Fault.StorageProblem.FULL, "no space").asException();
    }

    /** The challenge is promised, looked at, and what the look showed cannot be written. */
    private void left() {
        acme.dns.put("_acme-challenge." + NAME, "TXT", AcmeFixture.digest(client, challenge.get("token")));
        AtomicBoolean failed = new AtomicBoolean();
        int promise = acme.mount.storage.commits() + 1;
        acme.mount.storage.beforeCommit(commit -> {
            if (commit > promise && failed.compareAndSet(false, true)) {
                throw full();
            }
        });
        assertEquals("processing", client.postTo(url(), Map.of()).text("status"));
        Await.until(failed::get);
    }

    private String url() {
        return challenge.get("url").toString();
    }

    @ParameterizedTest
    @ValueSource(strings = {"challenge again", "challenge", "authorization"})
    void what_was_left_is_taken_up_when_it_is_asked_for(String how) {
        left();
        Await.until(() -> {
            switch (how) {
                case "challenge again" -> client.postTo(url(), Map.of());
                case "challenge" -> client.fetch(url());
                default -> client.fetch(authorization);
            }
            return client.fetch(order.headers().get("Location")).text("status").equals("ready");
        });
    }

    @Test
    void an_order_that_is_asked_for_takes_up_what_a_failed_beginning_left() {
        left();
        acme.mount.engine().close();
        acme.mount.reopen();
        AtomicBoolean failed = new AtomicBoolean();
        acme.mount.storage.beforeGet(key -> {
            if (key.startsWith("acme/look/") && failed.compareAndSet(false, true)) {
                throw full();
            }
        });
        Await.until(() -> {
            try {
                return client.fetch(order.headers().get("Location"))
                        .text("status")
                        .equals("ready");
            } catch (FaultException e) {
                return false;
            }
        });
        assertTrue(failed.get());
    }
}
