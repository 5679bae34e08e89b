package io.casemate.auth.cert;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.casemate.crypto.Pem;
import io.casemate.kernel.Request;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** A certification authority made with openssl, another implementation than ours: certificates, revocation lists, OCSP. */
public final class OpensslAuthority {
    private static final DateTimeFormatter INDEX_TIME =
            DateTimeFormatter.ofPattern("yyMMddHHmmss'Z'").withZone(ZoneOffset.UTC);

    private final Path folder;
    private final List<String> index = new ArrayList<>();
    private int serial = 0x1000;

    /** Works below {@code folder}. */
    public OpensslAuthority(Path folder) {
        this.folder = folder;
    }

    /** A root called {@code name}, in {@code name.pem} and {@code name.key}; PEM. */
    public String root(String name, String... options) {
        List<String> command =
                new ArrayList<>(List.of("req", "-x509", "-nodes", "-days", "30", "-subj", "/CN=" + name));
        command.addAll(List.of("-keyout", name + ".key", "-out", name + ".pem"));
        if (!List.of(options).contains("-newkey")) {
            command.addAll(List.of("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"));
        }
        command.addAll(Arrays.asList(options));
        openssl(command.toArray(String[]::new));
        return pem(name);
    }

    /** A certificate of {@code subject} by {@code issuer}, with these extensions; PEM. */
    public String issue(String issuer, String name, String subject, String... extensions) {
        openssl(
                "req",
                "-new",
                "-nodes",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:P-256",
                "-subj",
                subject,
                "-keyout",
                name + ".key",
                "-out",
                name + ".csr");
        return certify(issuer, name, List.of(extensions), "-days", "10");
    }

    /** A certificate for a request that is there, anew or with other options. */
    public String certify(String issuer, String name, List<String> extensions, String... options) {
        write(name + ".ext", String.join("\n", extensions) + "\n");
        serial++;
        List<String> command =
                new ArrayList<>(List.of("x509", "-req", "-in", name + ".csr", "-extfile", name + ".ext"));
        command.addAll(List.of("-CA", issuer + ".pem", "-CAkey", issuer + ".key", "-out", name + ".pem"));
        command.addAll(List.of("-set_serial", "0x" + Integer.toHexString(serial)));
        command.addAll(Arrays.asList(options));
        openssl(command.toArray(String[]::new));
        index.add("V\t491231235959Z\t\t" + Integer.toHexString(serial).toUpperCase(java.util.Locale.ROOT)
                + "\tunknown\t/CN=" + name);
        return pem(name);
    }

    /** Marks the certificate as revoked, for lists and OCSP answers to come. */
    public void revoke(String name) {
        index.replaceAll(line -> line.endsWith("/CN=" + name)
                ? line.replaceFirst("^V\t(\\S+)\t\t", "R\t$1\t" + INDEX_TIME.format(Instant.now()) + "\t")
                : line);
    }

    /** Takes that back: as in a list from before, or one that does not speak of the certificate. */
    public void restore(String name) {
        index.replaceAll(
                line -> line.endsWith("/CN=" + name) ? line.replaceFirst("^R\t(\\S+)\t\\S+\t", "V\t$1\t\t") : line);
    }

    /** The revocation list of {@code issuer}; PEM. Options such as {@code -crldays 1} come last. */
    public String crl(String issuer, String... options) {
        return crlWith("", issuer, options);
    }

    /** The same with these extensions, lines of openssl's configuration; further sections may follow them. */
    public String crlWith(String extensions, String issuer, String... options) {
        writeIndex();
        write("crl.cnf", """
            [ca]
            default_ca = here
            [here]
            database = index.txt
            default_md = sha256
            default_crl_days = 5
            crlnumber = crlnumber
            crl_extensions = more
            [more]
            """ + extensions + "\n");
        if (!Files.exists(folder.resolve("crlnumber"))) {
            write("crlnumber", "01\n");
        }
        List<String> command = new ArrayList<>(List.of("ca", "-config", "crl.cnf", "-gencrl", "-out", "list.crl"));
        command.addAll(List.of("-cert", issuer + ".pem", "-keyfile", issuer + ".key"));
        command.addAll(Arrays.asList(options));
        openssl(command.toArray(String[]::new));
        return read("list.crl");
    }

    /** A running {@code openssl ocsp}. */
    public record Responder(Process process, int port) implements AutoCloseable {
        /** Its address. */
        public String url() {
            return "http://127.0.0.1:" + port;
        }

        @Override
        public void close() {
            process.destroyForcibly();
            process.onExit().join();
        }
    }

    /** A responder for {@code issuer} with the state of now, which signs as {@code signer}. */
    public Responder ocsp(String issuer, String signer, String... options) {
        writeIndex();
        try {
            int port;
            try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                port = free.getLocalPort();
            }
            List<String> command = new ArrayList<>(List.of("openssl", "ocsp", "-index", "index.txt", "-CA"));
            command.addAll(List.of(issuer + ".pem", "-rsigner", signer + ".pem", "-rkey", signer + ".key"));
            command.addAll(List.of("-port", Integer.toString(port), "-ignore_err"));
            command.addAll(Arrays.asList(options));
            Process process = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(folder.resolve("ocsp.log").toFile())
                    .start();
            // Not by a connection: one that says nothing is the last that openssl takes.
            for (int i = 0; i < 200 && process.isAlive(); i++) {
                if (read("ocsp.log").contains("waiting for OCSP client connections")) {
                    return new Responder(process, port);
                }
                Thread.sleep(25);
            }
            throw new AssertionError("openssl ocsp does not listen: " + read("ocsp.log"));
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What OCSP says now of a certificate, DER: without a nonce and without a next update. */
    public byte[] ocspAnswer(String issuer, String name) {
        writeIndex();
        openssl("ocsp", "-issuer", issuer + ".pem", "-cert", name + ".pem", "-no_nonce", "-reqout", "ocsp.req");
        List<String> command = new ArrayList<>(List.of("ocsp", "-index", "index.txt", "-CA", issuer + ".pem"));
        command.addAll(List.of("-rsigner", issuer + ".pem", "-rkey", issuer + ".key"));
        command.addAll(List.of("-reqin", "ocsp.req", "-respout", "ocsp.resp"));
        openssl(command.toArray(String[]::new));
        try {
            return Files.readAllBytes(file("ocsp.resp"));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A client at loopback that shows these certificates, leaf first. */
    public Request.Peer showing(String... names) {
        List<byte[]> chain = Arrays.stream(names)
                .map(name -> Pem.decode(pem(name)).getFirst().der())
                .toList();
        return new Request.Peer("127.0.0.1", 1, chain, Map.of());
    }

    /** The certificate called {@code name}, PEM. */
    public String pem(String name) {
        return read(name + ".pem");
    }

    /** A file of the folder. */
    public Path file(String name) {
        return folder.resolve(name);
    }

    private void writeIndex() {
        write("index.txt", index.isEmpty() ? "" : String.join("\n", index) + "\n");
        write("index.txt.attr", "unique_subject = no\n");
    }

    private void write(String name, String text) {
        try {
            Files.writeString(folder.resolve(name), text);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private String read(String name) {
        try {
            return Files.readString(folder.resolve(name));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Any openssl command in the folder; its output. */
    public String openssl(String... words) {
        List<String> command = new ArrayList<>(List.of("openssl"));
        command.addAll(Arrays.asList(words));
        try {
            Process process = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .start();
            process.getOutputStream().close();
            String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertEquals(0, process.waitFor(), () -> String.join(" ", command) + ": " + out);
            return out;
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
