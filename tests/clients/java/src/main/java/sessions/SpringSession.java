package sessions;

import static sessions.Session.refused;
import static sessions.Session.same;
import static sessions.Session.until;
import static sessions.Session.yes;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.springframework.core.io.FileSystemResource;
import org.springframework.http.HttpEntity;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.client.ClientHttpRequestFactory;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;
import org.springframework.vault.VaultException;
import org.springframework.vault.authentication.ClientAuthentication;
import org.springframework.vault.authentication.CubbyholeAuthentication;
import org.springframework.vault.authentication.CubbyholeAuthenticationOptions;
import org.springframework.vault.authentication.LifecycleAwareSessionManager;
import org.springframework.vault.authentication.SimpleSessionManager;
import org.springframework.vault.authentication.TokenAuthentication;
import org.springframework.vault.authentication.UnwrappingEndpoints;
import org.springframework.vault.client.ClientHttpRequestFactoryFactory;
import org.springframework.vault.client.VaultClients;
import org.springframework.vault.client.VaultEndpoint;
import org.springframework.vault.core.VaultKeyValueOperationsSupport.KeyValueBackend;
import org.springframework.vault.core.VaultPkiOperations.Encoding;
import org.springframework.vault.core.VaultTemplate;
import org.springframework.vault.core.env.VaultPropertySource;
import org.springframework.vault.support.ClientOptions;
import org.springframework.vault.support.Policy;
import org.springframework.vault.support.Policy.BuiltinCapabilities;
import org.springframework.vault.support.Policy.Rule;
import org.springframework.vault.support.SslConfiguration;
import org.springframework.vault.support.VaultCertificateRequest;
import org.springframework.vault.support.VaultInitializationRequest;
import org.springframework.vault.support.VaultMetadataRequest;
import org.springframework.vault.support.VaultMount;
import org.springframework.vault.support.VaultToken;
import org.springframework.vault.support.VaultTokenRequest;
import org.springframework.vault.support.Versioned;
import org.springframework.vault.support.Versioned.Version;
import org.springframework.web.client.RestTemplate;

/** spring-vault-core against the real server. Arguments: {@code hsm|shamir}, the server's address, its CA in PEM. */
final class SpringSession {
    private final Session session = new Session();
    private final boolean shamir;
    private final VaultEndpoint endpoint;
    private final ClientHttpRequestFactory http;
    private VaultToken root = VaultToken.of("none yet");

    private SpringSession(String kind, String address, Path ca) {
        this.shamir = kind.equals("shamir");
        this.endpoint = VaultEndpoint.from(URI.create(address));
        SslConfiguration tls = SslConfiguration.forTrustStore(
                SslConfiguration.KeyStoreConfiguration.of(new FileSystemResource(ca)).withStoreType("PEM"));
        this.http = ClientHttpRequestFactoryFactory.create(new ClientOptions(), tls);
    }

    public static void main(String[] args) {
        SpringSession spring = new SpringSession(args[0], args[1], Path.of(args[2]));
        spring.run();
        spring.session.end();
    }

    private void run() {
        session.step("spring-vault initialises and unseals", this::initialises);
        session.step("spring-vault reads health and mounts", this::looksAround);
        session.step("spring-vault mounts and unmounts", this::mounts);
        session.step("spring-vault writes policies in JSON and reads them back", this::policies);
        session.step("spring-vault makes, renews and revokes tokens", this::tokens);
        session.step("spring-vault keeps a session alive and logs out", this::keepsSession);
        session.step("spring-vault is refused with a foreign token", this::refusals);
        session.step("spring-vault kv v1", this::kvOne);
        session.step("spring-vault kv v2: versions, patch, delete, undelete, destroy", this::kvTwo);
        session.step("spring-vault kv v2 metadata", this::metadata);
        session.step("spring-vault property source", this::properties);
        session.step("spring-vault wraps, looks up, rewraps and unwraps", this::wrapping);
        session.step("spring-vault logs in by a wrapped token", this::cubbyhole);
        session.step("spring-vault issues, signs and revokes certificates", this::pki);
    }

    private VaultTemplate as(VaultToken token) {
        return as(new TokenAuthentication(token));
    }

    private VaultTemplate as(ClientAuthentication login) {
        VaultTemplate template = new VaultTemplate(endpoint, http, new SimpleSessionManager(login));
        template.afterPropertiesSet();
        return template;
    }

    private RestTemplate plain() {
        return VaultClients.createRestTemplate(endpoint, http);
    }

    private void initialises() throws Exception {
        var sys = as(VaultToken.of("none yet")).opsForSys();
        same(false, sys.isInitialized());
        if (shamir) {
            var made = sys.initialize(VaultInitializationRequest.create(3, 2));
            root = made.getRootToken();
            same(3, made.getKeys().size());
            same(1, sys.unseal(made.getKeys().get(0)).getProgress());
            same(false, sys.unseal(made.getKeys().get(2)).isSealed());
        } else {
            // The client's own request names key shares, which an HSM seal refuses: the same endpoint with recovery shares.
            var shares = new HttpEntity<>(Map.of("recovery_shares", 3, "recovery_threshold", 2));
            Map<?, ?> made = plain().exchange("sys/init", HttpMethod.PUT, shares, Map.class).getBody();
            root = VaultToken.of((String) made.get("root_token"));
            until("unsealed", () -> !sys.getUnsealStatus().isSealed());
        }
        yes(sys.isInitialized(), "initialised");
    }

    private void looksAround() {
        var sys = as(root).opsForSys();
        yes(sys.health().isInitialized(), "initialised");
        same(false, sys.health().isSealed());
        same(false, sys.health().isStandby());
        same("system", sys.getMounts().get("sys/").getType());
        same("token", sys.getAuthMounts().get("token/").getType());
        same(2, sys.getUnsealStatus().getSecretThreshold());
    }

    private void mounts() {
        var sys = as(root).opsForSys();
        sys.mount("one", VaultMount.builder().type("kv").description("the old kind").options(Map.of("version", "1")).build());
        sys.mount("two", VaultMount.builder().type("kv").options(Map.of("version", "2")).build());
        sys.mount("gone", VaultMount.create("kv"));
        same("the old kind", sys.getMounts().get("one/").getDescription());
        same("2", sys.getMounts().get("two/").getOptions().get("version"));
        sys.unmount("gone");
        yes(!sys.getMounts().containsKey("gone/"), "unmounted");
    }

    private void policies() {
        var sys = as(root).opsForSys();
        Policy policy = Policy.of(
                Rule.builder()
                        .path("one/*")
                        .capabilities(BuiltinCapabilities.READ, BuiltinCapabilities.LIST)
                        .build(),
                Rule.builder()
                        .path("two/data/limited")
                        .capability(BuiltinCapabilities.UPDATE)
                        .allowedParameter("colour", "red", "blue")
                        .minWrappingTtl(Duration.ofMinutes(1))
                        .maxWrappingTtl(Duration.ofHours(1))
                        .build());
        sys.createOrUpdatePolicy("readers", policy);
        yes(sys.getPolicyNames().contains("readers"), "listed");
        same(policy, sys.getPolicy("readers"));
        sys.createOrUpdatePolicy("short-lived", policy);
        sys.deletePolicy("short-lived");
        yes(!sys.getPolicyNames().contains("short-lived"), "deleted");
    }

    private void tokens() throws Exception {
        var ops = as(root).opsForToken();
        var made = ops.create(VaultTokenRequest.builder()
                .withPolicy("readers")
                .ttl(Duration.ofMinutes(10))
                .renewable()
                .displayName("spring")
                .build());
        var mine = as(made.getToken());
        same(List.of("default", "readers"), mine.read("auth/token/lookup-self").getRequiredData().get("policies"));
        yes(ops.renew(made.getToken()).getToken() != null, "renewed");
        ops.revoke(made.getToken());
        refused(VaultException.class, () -> mine.read("auth/token/lookup-self"));

        var orphan = ops.createOrphan(VaultTokenRequest.builder().withPolicy("readers").build());
        same(true, as(orphan.getToken()).read("auth/token/lookup-self").getRequiredData().get("orphan"));
        ops.revokeOrphan(orphan.getToken());
        refused(VaultException.class, () -> as(orphan.getToken()).read("auth/token/lookup-self"));
    }

    private void keepsSession() throws Exception {
        VaultToken token = as(root).opsForToken()
                .create(VaultTokenRequest.builder().ttl(Duration.ofSeconds(8)).renewable().build())
                .getToken();
        ThreadPoolTaskScheduler scheduler = new ThreadPoolTaskScheduler();
        scheduler.initialize();
        var manager = new LifecycleAwareSessionManager(
                new TokenAuthentication(token),
                scheduler,
                plain(),
                new LifecycleAwareSessionManager.FixedTimeoutRefreshTrigger(Duration.ofSeconds(4)));
        var template = new VaultTemplate(endpoint, http, manager);
        template.afterPropertiesSet();
        template.read("auth/token/lookup-self");
        Thread.sleep(10_000); // longer than the token lives without the client's own renewals
        template.read("auth/token/lookup-self");
        scheduler.destroy();
        manager.destroy();
    }

    private void refusals() throws Exception {
        var stranger = as(VaultToken.of("hvs.notatoken"));
        var e = refused(VaultException.class, () -> stranger.read("one/anything"));
        yes(e.getMessage().contains("permission denied"), e.getMessage());
    }

    private void kvOne() {
        var kv = as(root).opsForKeyValue("one", KeyValueBackend.KV_1);
        kv.put("app/db", Map.of("user", "ann", "tries", 3));
        same("ann", kv.get("app/db").getRequiredData().get("user"));
        same(3, kv.get("app/db").getRequiredData().get("tries"));
        same(List.of("db"), kv.list("app"));
        same(List.of("app/"), kv.list("/"));
        kv.delete("app/db");
        yes(kv.get("app/db") == null, "deleted");
    }

    /** A secret as an application would have it. */
    record Login(String user, String password) {}

    private void kvTwo() throws Exception {
        var kv = as(root).opsForVersionedKeyValue("two");
        same(1, kv.put("app", Map.of("user", "ann", "password", "first")).getVersion().getVersion());
        same(2, kv.put("app", Map.of("user", "ann", "password", "second")).getVersion().getVersion());
        same(new Login("ann", "second"), kv.get("app", Login.class).getRequiredData());
        same("first", kv.<Map<String, Object>>get("app", Version.from(1)).getRequiredData().get("password"));
        refused(VaultException.class, () -> kv.put("app", Versioned.create(Map.of("user", "eve"), Version.from(1))));
        same(3, kv.put("app", Versioned.create(Map.of("user", "bob"), Version.from(2))).getVersion().getVersion());

        var simple = as(root).opsForKeyValue("two", KeyValueBackend.KV_2);
        yes(simple.patch("app", Map.of("mail", "bob@example.com")), "patched");
        same(Map.of("user", "bob", "mail", "bob@example.com"), simple.get("app").getRequiredData());
        same(List.of("app"), kv.list("/"));

        kv.delete("app");
        yes(kv.get("app").getMetadata().isDeleted(), "deleted");
        kv.undelete("app", Version.from(4));
        same("bob", kv.get("app").getRequiredData().get("user"));
        kv.delete("app", Version.from(1), Version.from(2));
        yes(kv.get("app", Version.from(2)).getMetadata().isDeleted(), "the second is deleted");
        kv.destroy("app", Version.from(1));
        yes(kv.get("app", Version.from(1)).getMetadata().isDestroyed(), "destroyed");
        yes(kv.get("never/was") == null, "not there");
    }

    private void metadata() {
        var kv = as(root).opsForVersionedKeyValue("two");
        var metadata = kv.opsForKeyValueMetadata();
        metadata.put(
                "app",
                VaultMetadataRequest.builder()
                        .maxVersions(7)
                        .casRequired(true)
                        .deleteVersionAfter(Duration.ofHours(3))
                        .customMetadata(Map.of("owner", "team-a"))
                        .build());
        var got = metadata.get("app");
        same(7, got.getMaxVersions());
        yes(got.isCasRequired(), "cas required");
        same(Duration.ofHours(3), got.getDeleteVersionAfter());
        same("team-a", kv.get("app").getMetadata().getCustomMetadata().get("owner"));
        same(4, got.getVersions().size());
        metadata.delete("app");
        yes(metadata.get("app") == null, "metadata deleted");
    }

    private void properties() {
        var template = as(root);
        template.opsForVersionedKeyValue("two").put("web", Map.of("port", "8443", "nested", Map.of("deep", "yes")));
        var source = new VaultPropertySource(template, "two/web");
        same("8443", source.getProperty("port"));
        same("yes", source.getProperty("nested.deep"));
    }

    private void wrapping() throws Exception {
        var ops = as(root).opsForWrapping();
        var wrapped = ops.wrap(Map.of("colour", "red"), Duration.ofMinutes(2));
        same(Duration.ofMinutes(2), wrapped.getTtl());
        same("sys/wrapping/wrap", ops.lookup(wrapped.getToken()).getPath());
        var again = ops.rewrap(wrapped.getToken());
        same("red", ops.read(again.getToken()).getRequiredData().get("colour"));
        yes(ops.read(again.getToken()) == null, "opened once only");
    }

    private void cubbyhole() {
        var template = as(root);
        Map<?, ?> wrapped = template.doWithSession(rest -> {
            var headers = new HttpHeaders();
            headers.set("X-Vault-Wrap-TTL", "60s");
            var body = new HttpEntity<>(Map.of("policies", List.of("readers")), headers);
            return rest.postForObject("auth/token/create", body, Map.class);
        });
        String ticket = (String) ((Map<?, ?>) wrapped.get("wrap_info")).get("token");
        var options = CubbyholeAuthenticationOptions.builder()
                .initialToken(VaultToken.of(ticket))
                .unwrappingEndpoints(UnwrappingEndpoints.SysWrapping)
                .wrapped()
                .build();
        var mine = as(new CubbyholeAuthentication(options, plain()));
        same(List.of("default", "readers"), mine.read("auth/token/lookup-self").getRequiredData().get("policies"));
    }

    private void pki() throws Exception {
        var template = as(root);
        template.opsForSys().mount("pki", VaultMount.create("pki"));
        template.write("pki/root/generate/internal", Map.of("common_name", "Spring Root", "ttl", "87600h"));
        template.write("pki/roles/web", Map.of("allowed_domains", "example.com", "allow_subdomains", true, "max_ttl", "72h"));
        var pki = template.opsForPki();
        var bundle = pki.issueCertificate(
                        "web",
                        VaultCertificateRequest.builder()
                                .commonName("www.example.com")
                                .withAltName("mail.example.com")
                                .ttl(Duration.ofHours(2))
                                .build())
                .getRequiredData();
        var leaf = bundle.getX509Certificate();
        leaf.verify(bundle.getX509IssuerCertificate().getPublicKey());
        yes(bundle.getPrivateKeySpec() != null, "the key can be read");
        yes(bundle.createKeyStore("web", "password".toCharArray()).isKeyEntry("web"), "a key store");
        yes(pki.getIssuerCertificate("default").getRequiredData().getX509Certificate() != null, "the issuer");
        pki.revoke(bundle.getSerialNumber());
        var crl = (java.security.cert.X509CRL)
                java.security.cert.CertificateFactory.getInstance("X.509").generateCRL(pki.getCrl(Encoding.DER));
        yes(crl.isRevoked(leaf), "on the CRL");
        yes(pki.getCrl(Encoding.PEM).readAllBytes().length > 0, "the CRL in PEM");
    }
}
