package io.casemate.bootstrap.install;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.casemate.config.InstallAnswers.Tls;
import io.casemate.config.InstallAnswers.TlsMode;
import io.casemate.crypto.Pem;
import io.casemate.crypto.X509;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A certificate that the installation made for itself does not end unseen; one of an authority is never touched. */
class TlsStepTest {
    private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");

    @TempDir
    Path root;

    private InstallSite site;

    @BeforeEach
    void directory() throws IOException {
        assumeTrue(System.getProperty("user.name").equals("root"), "gives files to root");
        site = new InstallSite(root, "root");
        Files.createDirectories(site.key().getParent());
    }

    @ParameterizedTest
    @EnumSource(
            value = TlsMode.class,
            names = {"SELF_ISSUED", "CSR"})
    void our_own_is_renewed_in_the_last_third_of_its_life(TlsMode mode) throws Exception {
        run(mode, BEGIN);
        X509Certificate first = shown();
        String key = Files.readString(site.key());

        run(mode, BEGIN.plus(Duration.ofDays(59)));
        assertEquals(first, shown());

        String said = run(mode, BEGIN.plus(Duration.ofDays(61)));
        assertTrue(said.contains("renewed"), said);
        assertNotEquals(first, shown());
        assertEquals(first.getPublicKey(), shown().getPublicKey());
        assertEquals(key, Files.readString(site.key()));
        assertEquals(
                BEGIN.plus(Duration.ofDays(61)).plus(TlsStep.LIFE),
                shown().getNotAfter().toInstant());
        assertEquals(
                List.copyOf(first.getSubjectAlternativeNames()), List.copyOf(shown().getSubjectAlternativeNames()));
    }

    /** Cut short between certificate and request. */
    @Test
    void a_request_that_is_missing_is_made_for_the_key_that_is_there() throws Exception {
        run(TlsMode.SELF_ISSUED, BEGIN);
        String key = Files.readString(site.key());
        run(TlsMode.CSR, BEGIN.plusSeconds(60));
        String request =
                latin1(Pem.decode(Files.readString(site.request())).getFirst().der());
        assertTrue(request.contains(latin1(shown().getPublicKey().getEncoded())));
        assertEquals(key, Files.readString(site.key()));
    }

    @Test
    void one_of_an_operator_is_kept_however_old() throws Exception {
        run(TlsMode.SELF_ISSUED, BEGIN);
        X509Certificate first = shown();
        run(TlsMode.EXISTING, BEGIN.plus(Duration.ofDays(400)));
        assertEquals(first, shown());
    }

    private String run(TlsMode mode, Instant now) throws IOException {
        Tls tls = new Tls(mode, List.of("vault.example.test"), List.of("10.1.0.5"), Optional.empty());
        return new TlsStep(tls, site, new SecureRandom(), () -> now).run();
    }

    private static String latin1(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private X509Certificate shown() throws IOException {
        return X509.certificates(Files.readString(site.certificate())).getFirst();
    }
}
