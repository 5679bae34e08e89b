package io.casemate.bench;

import io.helidon.common.tls.Tls;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.WebServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * The floors that the benchmark holds the server against, each the least that the work can cost on this machine: the HTTP
 * library answering over TLS with nothing behind it, or with only a signature, or a key pair and a signature, or with these and the two
 * durable writes of a recorded certificate; a write and fsync with nothing around it, a signature with no certificate.
 */
public final class Floors {
    private static final KeyPair EC = made(Floors::keyPair);
    private static final KeyPair RSA = made(Floors::rsaPair);

    private Floors() {}

    /** {@code http PORT KEYSTORE BYTES}, {@code fsync DIRECTORY COUNT}, {@code sign COUNT}, or {@code raw COUNT}. */
    public static void main(String[] arguments) throws IOException, GeneralSecurityException {
        switch (arguments[0]) {
            case "http" -> serve(Integer.parseInt(arguments[1]), Path.of(arguments[2]), Integer.parseInt(arguments[3]));
            case "fsync" -> fsync(Path.of(arguments[1]), Integer.parseInt(arguments[2]));
            case "sign" -> sign(Integer.parseInt(arguments[1]));
            case "raw" -> RawCosts.print(Integer.parseInt(arguments[1]));
            default -> throw new IllegalArgumentException("http, fsync, sign or raw");
        }
    }

    /** Any request is read whole and answered with {@code size} bytes of JSON, after the work that its path names. */
    private static void serve(int port, Path keystore, int size) throws IOException, GeneralSecurityException {
        byte[] body = ("{\"data\":\"" + "x".repeat(Math.max(0, size - 11)) + "\"}")
                .getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        WebServer.builder()
                .address(InetAddress.getLoopbackAddress())
                .port(port)
                .tls(Tls.builder().sslContext(context(keystore)).build())
                .connectionOptions(options -> options.tcpNoDelay(true))
                .routing(routing -> routing.any((request, response) -> {
                    if (request.content().hasEntity()) {
                        request.content().as(byte[].class);
                    }
                    work(request.path().path(), keystore.getParent());
                    response.header(HeaderNames.CONTENT_TYPE, "application/json")
                            .send(body);
                }))
                .build()
                .start();
    }

    private static void work(String path, Path directory) throws IOException, GeneralSecurityException {
        if (path.equals("/issue") || path.equals("/stored")) {
            signature(keyPair(), "SHA256withECDSA", new byte[600]);
        }
        if (path.equals("/ec")) {
            signature(EC, "SHA256withECDSA", new byte[600]);
        }
        if (path.equals("/rsa")) {
            signature(RSA, "SHA256withRSA", new byte[600]);
        }
        int writes = path.equals("/stored") ? 2 : path.equals("/write") ? 1 : 0;
        if (writes > 0) {
            write(directory.resolve("floor-" + Thread.currentThread().threadId()), writes);
        }
    }

    private static void write(Path file, int times) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            for (int i = 0; i < times; i++) {
                channel.write(ByteBuffer.allocate(1024), 0);
                channel.force(false);
            }
        }
    }

    static KeyPair keyPair() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        return generator.generateKeyPair();
    }

    static KeyPair rsaPair() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        return generator.generateKeyPair();
    }

    private interface Making {
        KeyPair make() throws GeneralSecurityException;
    }

    private static KeyPair made(Making making) {
        try {
            return making.make();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has these keys", e);
        }
    }

    static byte[] signature(KeyPair pair, String algorithm, byte[] message) throws GeneralSecurityException {
        Signature signature = Signature.getInstance(algorithm);
        signature.initSign(pair.getPrivate());
        signature.update(message);
        return signature.sign();
    }

    private static SSLContext context(Path keystore) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(keystore)) {
            store.load(in, "bench".toCharArray());
        }
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, "bench".toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        return context;
    }

    private static void fsync(Path directory, int count) throws IOException {
        Path file = directory.resolve("floor");
        ByteBuffer kilobyte = ByteBuffer.allocate(1024);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            long start = System.nanoTime();
            for (int i = 0; i < count; i++) {
                channel.write(kilobyte.rewind());
                channel.force(false);
            }
            print(count, System.nanoTime() - start);
        }
        Files.delete(file);
    }

    private static void sign(int count) throws GeneralSecurityException {
        KeyPair pair = keyPair();
        byte[] message = new byte[600];
        long start = 0;
        for (int i = -count; i < count; i++) {
            start = i == 0 ? System.nanoTime() : start;
            signature(pair, "SHA256withECDSA", message);
        }
        print(count, System.nanoTime() - start);
    }

    /** Microseconds for one. */
    private static void print(int count, long nanos) {
        System.out.printf("%.1f%n", nanos / 1000.0 / count);
    }
}
