package sessions;

import static sessions.Session.refused;
import static sessions.Session.same;
import static sessions.Session.until;
import static sessions.Session.yes;

import io.github.jopenlibs.vault.SslConfig;
import io.github.jopenlibs.vault.Vault;
import io.github.jopenlibs.vault.VaultConfig;
import io.github.jopenlibs.vault.VaultException;
import io.github.jopenlibs.vault.api.Auth.TokenRequest;
import io.github.jopenlibs.vault.api.pki.CredentialFormat;
import io.github.jopenlibs.vault.api.pki.RoleOptions;
import io.github.jopenlibs.vault.api.sys.mounts.MountPayload;
import io.github.jopenlibs.vault.api.sys.mounts.MountType;
import io.github.jopenlibs.vault.api.sys.mounts.TimeToLive;
import io.github.jopenlibs.vault.json.Json;
import io.github.jopenlibs.vault.json.JsonObject;
import java.io.File;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/** vault-java-driver against the real server. Arguments: {@code hsm|shamir}, the server's address, its CA in PEM. */
final class DriverSession {
    private final Session session = new Session();
    private final boolean shamir;
    private final String address;
    private final SslConfig tls;
    private String root = "none yet";

    private DriverSession(String kind, String address, File ca) throws VaultException {
        this.shamir = kind.equals("shamir");
        this.address = address;
        this.tls = new SslConfig().pemFile(ca).build();
    }

    public static void main(String[] args) throws Exception {
        DriverSession driver = new DriverSession(args[0], args[1], new File(args[2]));
        driver.run();
        driver.session.end();
    }

    private void run() {
        session.step("vault-java-driver unseals", this::unseals);
        session.step("vault-java-driver reads health and seal status", this::looksAround);
        session.step("vault-java-driver enables, tunes and disables mounts", this::mounts);
        session.step("vault-java-driver kv v1", () -> keyValue("one", 1));
        session.step("vault-java-driver kv v2", () -> keyValue("two", 2));
        session.step("vault-java-driver kv v2 versions", this::versions);
        session.step("vault-java-driver makes, looks up, renews and revokes tokens", this::tokens);
        session.step("vault-java-driver wraps, looks up, rewraps and unwraps", this::wrapping);
        session.step("vault-java-driver is refused with a foreign token", this::refusals);
        session.step("vault-java-driver pki", this::pki);
    }

    private Vault as(String token, int version) throws VaultException {
        return Vault.create(
                new VaultConfig()
                        .address(address)
                        .token(token)
                        .sslConfig(tls)
                        .openTimeout(10)
                        .readTimeout(10)
                        .build(),
                version);
    }

    private Vault root() throws VaultException {
        return as(root, 1);
    }

    /** The driver has no call for sys/init. */
    private JsonObject initialise() throws Exception {
        String shares = shamir
                ? "{\"secret_shares\": 3, \"secret_threshold\": 2}"
                : "{\"recovery_shares\": 3, \"recovery_threshold\": 2}";
        try (HttpClient http = HttpClient.newBuilder().sslContext(tls.getSslContext()).build()) {
            var request = HttpRequest.newBuilder(URI.create(address + "/v1/sys/init"))
                    .PUT(HttpRequest.BodyPublishers.ofString(shares))
                    .build();
            return Json.parse(http.send(request, HttpResponse.BodyHandlers.ofString()).body()).asObject();
        }
    }

    private void unseals() throws Exception {
        JsonObject made = initialise();
        root = made.getString("root_token");
        if (shamir) {
            var keys = made.get("keys").asArray();
            same(1L, root().seal().unseal(keys.get(0).asString()).getProgress());
            same(false, root().seal().unseal(keys.get(2).asString()).getSealed());
        }
        until("unsealed", () -> !root().seal().sealStatus().getSealed());
    }

    private void looksAround() throws VaultException {
        var health = root().debug().health();
        yes(health.getInitialized(), "initialised");
        same(false, health.getSealed());
        same(200, health.getRestResponse().getStatus());
        same(2L, root().seal().sealStatus().getThreshold());
        same(3L, root().seal().sealStatus().getNumberOfShares());
    }

    private void mounts() throws VaultException {
        var mounts = root().mounts();
        mounts.enable("one", MountType.KEY_VALUE, new MountPayload().description("the old kind"));
        mounts.enable("two", MountType.KEY_VALUE_V2, new MountPayload());
        mounts.enable("pki", MountType.PKI, new MountPayload());
        var tuned = new MountPayload()
                .defaultLeaseTtl(TimeToLive.of(12, TimeUnit.HOURS))
                .maxLeaseTtl(TimeToLive.of(8760, TimeUnit.HOURS))
                .description("tuned");
        mounts.tune("pki", tuned);
        var config = mounts.read("pki").getMount().getConfig();
        same(43_200, config.getDefaultLeaseTtl());
        same(31_536_000, config.getMaxLeaseTtl());
        same(MountType.KEY_VALUE, mounts.list().getMounts().get("one/").getType());
        same("the old kind", mounts.list().getMounts().get("one/").getDescription());
        mounts.enable("gone", MountType.KEY_VALUE, new MountPayload());
        mounts.disable("gone");
        yes(!mounts.list().getMounts().containsKey("gone/"), "disabled");
    }

    private void keyValue(String mount, int version) throws VaultException {
        var logical = as(root, version).logical();
        logical.write(mount + "/app", Map.of("user", "ann", "password", "geheim"));
        same(Map.of("user", "ann", "password", "geheim"), logical.read(mount + "/app").getData());
        same(List.of("app"), logical.list(mount).getListData());
        logical.delete(mount + "/app");
        same(404, logical.read(mount + "/app").getRestResponse().getStatus());
    }

    private void versions() throws VaultException {
        var logical = as(root, 2).logical();
        logical.write("two/history", Map.of("n", "1"));
        logical.write("two/history", Map.of("n", "2"));
        same("1", logical.read("two/history", true, 1).getData().get("n"));
        logical.delete("two/history", new int[] {1});
        same(404, logical.read("two/history", true, 1).getRestResponse().getStatus());
        logical.unDelete("two/history", new int[] {1});
        same("1", logical.read("two/history", true, 1).getData().get("n"));
        logical.destroy("two/history", new int[] {1});
        same(404, logical.read("two/history", true, 1).getRestResponse().getStatus());
        same("2", logical.read("two/history").getData().get("n"));
    }

    private void tokens() throws Exception {
        var made = root().auth()
                .createToken(new TokenRequest()
                        .id(UUID.randomUUID())
                        .polices(List.of("default"))
                        .noParent(true)
                        .noDefaultPolicy(false)
                        .ttl("1h")
                        .displayName("driver")
                        .numUses(9L)
                        .renewable(true));
        var mine = as(made.getAuthClientToken(), 1).auth();
        same(List.of("default"), made.getAuthPolicies());
        var found = mine.lookupSelf();
        same(3600L, found.getCreationTTL());
        yes(found.isOrphan(), "an orphan");
        same(1800L, mine.renewSelf(1800).getAuthLeaseDuration());
        mine.revokeSelf();
        var e = refused(VaultException.class, mine::lookupSelf);
        same(403, e.getHttpStatusCode());
    }

    private void wrapping() throws Exception {
        var wrapping = root().sys().wrapping();
        var wrapped = wrapping.wrap(new JsonObject().add("colour", "red"), 60);
        same("sys/wrapping/wrap", wrapping.lookupWrap(wrapped.getToken(), false).getData().get("creation_path"));
        var again = wrapping.rewrap(wrapped.getToken());
        same("red", wrapping.unwrap(again.getToken(), false).getData().getString("colour"));
        var e = refused(VaultException.class, () -> wrapping.unwrap(again.getToken(), false));
        same(400, e.getHttpStatusCode());
    }

    private void refusals() throws Exception {
        var stranger = as("hvs.notatoken", 1);
        var answer = stranger.logical().read("one/app");
        same(403, answer.getRestResponse().getStatus());
        same(403, refused(VaultException.class, () -> stranger.auth().lookupSelf()).getHttpStatusCode());
    }

    private void pki() throws VaultException {
        root().logical().write("pki/root/generate/internal", Map.of("common_name", "Driver Root", "ttl", "8000h"));
        var pki = root().pki();
        pki.createOrUpdateRole(
                "web",
                new RoleOptions().allowedDomains(List.of("example.com")).allowSubdomains(true).maxTtl("72h"));
        same(true, pki.getRole("web").getRoleOptions().getAllowSubdomains());
        var credential = pki.issue("web", "www.example.com", List.of("mail.example.com"), null, "1h", CredentialFormat.PEM)
                .getCredential();
        yes(credential.getCertificate().startsWith("-----BEGIN CERTIFICATE-----"), "PEM");
        pki.revoke(credential.getSerialNumber());
        pki.deleteRole("web");
        same(404, pki.getRole("web").getRestResponse().getStatus());
    }
}
