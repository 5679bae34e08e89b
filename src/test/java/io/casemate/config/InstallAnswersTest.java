package io.casemate.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.config.InstallAnswers.Input;
import io.casemate.kernel.FaultException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The units' part of the answers; tests/hardening/install has the rest. */
class InstallAnswersTest {
    @TempDir
    Path folder;

    private InstallAnswers load(String more) throws IOException {
        Path secret = Files.writeString(folder.resolve("secret"), "648219\n");
        return InstallAnswers.load(
                Files.writeString(folder.resolve("answers.yaml"), """
                tls: {names: [vault1.example.org]}
                recovery: {threshold: 1, recipients: [age1one], output: /root/shares}
                admin: {name: dora, password: %s}
                %s
                """.formatted(
                                secret, more.replace("SECRET", secret.toString()))),
                _ -> true);
    }

    @Test
    void theUnitOfTheHsmBringsItsSocketAndItsCredential() throws IOException {
        InstallAnswers answers =
                load("hsm: {kind: softhsm, pin: SECRET}\nseal: {library: /l.so, token_label: t, key_label: k}");
        assertEquals("softhsm", answers.hsm().orElseThrow().kind());
        assertEquals(folder.resolve("secret"), answers.hsm().orElseThrow().pin().orElseThrow());
        assertEquals("/run/casemate-hsm/primary/socket", answers.seal().get("isolation"));
        assertEquals("credential://hsm-pin", answers.seal().get("pin"));
    }

    @Test
    void withoutItThePinHasToBeNamed() throws IOException {
        FaultException e =
                assertThrows(FaultException.class, () -> load("seal: {library: /l.so, token_label: t, key_label: k}"));
        assertTrue(e.getMessage().contains("seal.pin is missing"), e.getMessage());
        InstallAnswers answers = load("seal: {library: /l.so, token_label: t, key_label: k, pin: 'file:///p'}");
        assertTrue(answers.hsm().isEmpty());
        assertTrue(!answers.seal().containsKey("isolation"));
    }

    @Test
    void whatIsWrongIsNamed() {
        FaultException e = assertThrows(
                FaultException.class,
                () -> load("hsm: {kind: soft}\nhardening: [swap, swop]\n"
                        + "seal: {library: /l.so, token_label: t, key_label: k}"));
        assertTrue(e.getMessage().contains("hsm.kind: 'soft' is not one of"), e.getMessage());
        assertTrue(e.getMessage().contains("hardening: 'swop' is not one of"), e.getMessage());
        e = assertThrows(
                FaultException.class,
                () -> load(
                        "hsm: {pin: SECRET}\nseal: {library: /l.so, token_label: t, key_label: k, pin: 'file:///p'}"));
        assertTrue(e.getMessage().contains("hsm.kind is missing"), e.getMessage());
    }

    /** What an operator was told to delete is not asked for again. */
    @ParameterizedTest
    @EnumSource(Input.class)
    void aFileIsAskedForWhileItsStepIsNotDone(Input open) throws IOException {
        Path file = Files.writeString(folder.resolve("answers.yaml"), """
                tls: {mode: existing, certificate: /none/LISTENER, key: /none/LISTENER}
                recovery: {threshold: 1, recipients: [age1one], output: /root/shares}
                admin: {name: dora, password: /none/ADMINISTRATOR}
                hsm: {kind: softhsm, pin: /none/PIN}
                seal: {library: /l.so, token_label: t, key_label: k}
                """);
        assertEquals(
                "/none/PIN",
                InstallAnswers.load(file, _ -> false)
                        .hsm()
                        .orElseThrow()
                        .pin()
                        .orElseThrow()
                        .toString());
        FaultException e = assertThrows(FaultException.class, () -> InstallAnswers.load(file, input -> input == open));
        for (Input input : Input.values()) {
            assertEquals(input == open, e.getMessage().contains("/none/" + input + " cannot be read"), e.getMessage());
        }
    }

    @Test
    void everyPointOfTheHardeningCanBeChosen() throws IOException {
        try (Stream<Path> points = Files.list(Path.of("hardening/points"))) {
            Set<String> there =
                    points.map(point -> point.getFileName().toString()).collect(Collectors.toCollection(TreeSet::new));
            assertEquals(there, new TreeSet<>(InstallAnswers.POINTS));
        }
        InstallAnswers answers =
                load("hardening: [swap, core]\nseal: {library: /l.so, token_label: t, key_label: k, pin: 'file:///p'}");
        assertEquals(List.of("swap", "core"), answers.hardening());
    }
}
