package io.casemate.cli.http;

import io.casemate.cli.local.CliFailure;
import io.casemate.cli.local.Environment;
import io.casemate.cli.local.LocalFiles;
import io.casemate.cli.local.PemFiles;
import io.casemate.kernel.TrustAnyServer;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/**
 * Whom the connection trusts and whom it presents.
 *
 * <p>Without a CA named, the operating system's bundle decides, as for every other tool on the machine; the JDK's own
 * list is the last resort.
 */
final class Trust {
    private static final List<String> SYSTEM_BUNDLES = List.of(
            "/etc/ssl/certs/ca-certificates.crt",
            "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
            "/etc/pki/tls/certs/ca-bundle.crt",
            "/etc/ssl/ca-bundle.pem",
            "/etc/ssl/cert.pem");

    private final Settings settings;
    private final Environment environment;

    Trust(Settings settings, Environment environment) {
        this.settings = settings;
        this.environment = environment;
    }

    /** A TLS context with these settings; fails locally when a file is unusable. */
    SSLContext context() {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(presented(), trusted(), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw CliFailure.local("TLS cannot be set up: " + e.getMessage());
        }
    }

    private TrustManager[] trusted() throws GeneralSecurityException, IOException {
        if (settings.skipVerify()) { // -tls-skip-verify: the user said to believe anyone
            return new TrustManager[] {new TrustAnyServer()};
        }
        List<X509Certificate> authorities = authorities();
        KeyStore store = null;
        if (!authorities.isEmpty()) {
            store = emptyStore();
            for (int i = 0; i < authorities.size(); i++) {
                store.setCertificateEntry(Integer.toString(i), authorities.get(i));
            }
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
        factory.init(store);
        return factory.getTrustManagers();
    }

    private List<X509Certificate> authorities() {
        String file = settings.text("ca-cert", "");
        if (!file.isEmpty()) {
            return PemFiles.certificates(Path.of(file));
        }
        String text = environment.get("CACERT_BYTES", "");
        if (!text.isEmpty()) {
            return PemFiles.certificates("VAULT_CACERT_BYTES", text);
        }
        String directory = settings.text("ca-path", "");
        if (!directory.isEmpty()) {
            return inDirectory(Path.of(directory));
        }
        String bundle = environment.exactly("SSL_CERT_FILE");
        return bundle.isEmpty() ? systemBundle() : PemFiles.certificates(Path.of(bundle));
    }

    private static List<X509Certificate> systemBundle() {
        for (String name : SYSTEM_BUNDLES) {
            if (Files.isReadable(Path.of(name))) {
                return PemFiles.certificates(Path.of(name));
            }
        }
        return List.of();
    }

    private static List<X509Certificate> inDirectory(Path directory) {
        List<X509Certificate> all = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, Files::isRegularFile)) {
            for (Path file : files) {
                all.addAll(PemFiles.certificates(file));
            }
        } catch (IOException e) {
            throw CliFailure.local("cannot read the CA directory " + LocalFiles.reason(e));
        }
        if (all.isEmpty()) {
            throw CliFailure.local("the CA directory " + directory + " holds no certificate");
        }
        return all;
    }

    private KeyManager[] presented() {
        String certificate = settings.text("client-cert", "");
        String key = settings.text("client-key", "");
        if (certificate.isEmpty() && key.isEmpty()) {
            return null;
        }
        if (certificate.isEmpty() || key.isEmpty()) {
            throw CliFailure.local("-client-cert and -client-key (VAULT_CLIENT_CERT, VAULT_CLIENT_KEY) go together:"
                    + " give both or none");
        }
        X509Certificate[] chain = PemFiles.certificates(Path.of(certificate)).toArray(X509Certificate[]::new);
        return new KeyManager[] {new ClientKey(PemFiles.privateKey(Path.of(key), chain[0]), chain)};
    }

    private static KeyStore emptyStore() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }
}
