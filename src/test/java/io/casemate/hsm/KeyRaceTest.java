package io.casemate.hsm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.hsm.WrappingKey.Wrapped;
import io.casemate.kernel.SecretBytes;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Two server processes on one token that need the same keys at the same moment. */
class KeyRaceTest {
    private static final int ROUNDS = 20;

    @Test
    void two_processes_make_one_key_between_them() throws Exception {
        try (SoftHsmFixture token = SoftHsmFixture.create();
                Child left = new Child(token);
                Child right = new Child(token)) {
            assertEquals("ready", left.line());
            assertEquals("ready", right.line());
            for (int i = 0; i < ROUNDS; i++) {
                String label = "root-" + i;
                left.tell(label);
                right.tell(label);
                List<Wrapped> made = List.of(wrapped(left.line()), wrapped(right.line()));

                assertEquals(1, RawToken.count(token, KeyRef.secret(label, "")));
                assertEquals(1, RawToken.count(token, KeyRef.secret(label + "-hmac", "")));
                WrappingKey reader = token.hsm().wrappingKey(WrappingKeySettings.automatic(label, false));
                for (Wrapped one : made) {
                    try (SecretBytes secret = reader.unwrap(one, new byte[] {1})) {
                        assertTrue(secret.matches(SecretBytes.ofText("secret")));
                    }
                }
            }
        }
    }

    private static Wrapped wrapped(String line) {
        String[] fields = line.split("\t", -1);
        return new Wrapped(
                fields[0], fields[1], fields[2], fields[3], HexFormat.of().parseHex(fields[4]));
    }

    /** A server process. */
    private static final class Child implements AutoCloseable {
        private final Process process;
        private final BufferedReader answers;
        private final PrintStream orders;

        Child(SoftHsmFixture token) throws IOException {
            ProcessBuilder builder = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "--enable-native-access=ALL-UNNAMED",
                            "-Xmx64m",
                            "-cp",
                            System.getProperty("java.class.path"),
                            KeyRaceChild.class.getName(),
                            SoftHsmFixture.library().toString(),
                            token.serial(),
                            token.pin())
                    .redirectError(ProcessBuilder.Redirect.INHERIT);
            builder.environment()
                    .put("SOFTHSM2_CONF", SoftHsmFixture.configuration().toString());
            process = builder.start();
            answers = process.inputReader(StandardCharsets.UTF_8);
            orders = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
        }

        void tell(String label) {
            orders.println(label);
        }

        String line() throws IOException {
            return answers.readLine();
        }

        @Override
        public void close() {
            orders.close();
            try {
                if (process.waitFor(20, TimeUnit.SECONDS)) {
                    return;
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            process.destroyForcibly();
        }
    }
}
