package io.casemate.engine.pki;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.casemate.barrier.MemoryView;
import io.casemate.barrier.View;
import io.casemate.crypto.KeyKind;
import io.casemate.crypto.Signers;
import io.casemate.engine.EndpointTable;
import io.casemate.engine.SecretsEngine;
import io.casemate.engine.SecretsEngine.Context;
import io.casemate.engine.SecretsEngine.Ttls;
import io.casemate.kernel.Caller;
import io.casemate.kernel.Download;
import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Request;
import io.casemate.kernel.Requests;
import io.casemate.kernel.Response;
import io.casemate.mount.ManagedKeyRecord;
import io.casemate.mount.ManagedKeyRecord.Permissions;
import io.casemate.mount.ManagedKeyStore;
import io.casemate.mount.MountConfig;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A PKI engine on storage in memory, called as the router calls it. */
final class PkiFixture {
    final MemoryView storage = new MemoryView();
    private final View view;
    final MemorySigners signers = new MemorySigners();
    final ManagedKeyStore managed;
    private final Signers token;
    private MountConfig tuning = MountConfig.DEFAULT;
    private SecureRandom random = new SecureRandom();
    private Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    private SecretsEngine engine;
    private EndpointTable table;
    private Caller caller = Caller.anonymous();

    PkiFixture() {
        this(Optional.empty(), Optional.empty());
    }

    /** With the keys of a real token. */
    PkiFixture(Signers token) {
        this(Optional.of(token), Optional.empty());
    }

    /** On other storage than {@link #storage}. */
    PkiFixture(View view) {
        this(Optional.empty(), Optional.of(view));
    }

    private PkiFixture(Optional<Signers> token, Optional<View> view) {
        this.token = token.orElse(signers);
        this.view = view.orElse(storage);
        this.managed = new ManagedKeyStore(new MemoryView(), Map.of("hsm", this.token));
        reopen();
    }

    /** As if an operator of the server tuned the mount. */
    void allow(String... managedKeys) {
        MountConfig none = MountConfig.DEFAULT;
        tuning = new MountConfig(
                none.defaultTtl(),
                none.maxTtl(),
                false,
                List.of(),
                List.of(),
                "",
                List.of(),
                List.of(),
                none.tokenType(),
                none.lockout(),
                List.of(managedKeys),
                none.flags());
    }

    /** As after a crash: the same storage, everything else new. */
    void reopen() {
        engine = new PkiFactory().open(context());
        table = new EndpointTable(engine.endpoints());
    }

    /** What the server gives the engine. */
    Context context() {
        return new Context(
                "11111111-2222-4333-8444-555555555555",
                Map.of(),
                () -> new Ttls(Duration.ofDays(32), Duration.ofDays(3650)),
                view,
                token,
                managed.forMount(() -> tuning),
                random,
                () -> now);
    }

    void random(SecureRandom other) {
        random = other;
        reopen();
    }

    /** Registers a key of the HSM, which every mount may use and make. */
    void register(String name, KeyKind kind) {
        Permissions all = new Permissions(true, false, false, true, ManagedKeyRecord.USAGES);
        managed.put(new ManagedKeyRecord("id-" + name, name, "", name, "", 0x1041, Optional.of(kind), all));
    }

    void pass(Duration time) {
        now = now.plus(time);
    }

    Instant now() {
        return now;
    }

    Response call(Operation operation, String path, Map<String, Object> data) {
        return call(Requests.of(operation, path, data), caller);
    }

    Response call(Request request, Caller by) {
        return table.find(request.path(), request.operation())
                .orElseThrow(Fault::notFound)
                .dispatch(request, by);
    }

    /** Who asks from now on. */
    void caller(Caller other) {
        caller = other;
    }

    SecretsEngine engine() {
        return engine;
    }

    EndpointTable table() {
        return table;
    }

    Map<String, Object> write(String path, Object... pairs) {
        return data(call(Operation.UPDATE, path, map(pairs)));
    }

    /** The same with {@code name=value|name=value}, everything sent as text, as some clients do. */
    Map<String, Object> post(String path, String form) {
        Map<String, Object> data = new HashMap<>();
        for (String pair : form.split("\\|")) {
            data.put(pair.substring(0, pair.indexOf('=')), pair.substring(pair.indexOf('=') + 1));
        }
        return data(call(Operation.UPDATE, path, data));
    }

    Map<String, Object> read(String path) {
        return data(call(Operation.READ, path, Map.of()));
    }

    byte[] raw(String path) {
        return bytes(call(Operation.READ, path, Map.of()));
    }

    /** The body of an answer that is not JSON, held or streamed. */
    static byte[] bytes(Response response) {
        if (response.content() instanceof Response.Content.Stream(var _, Download download)) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            try {
                download.writeTo(out);
            } catch (IOException e) {
                throw new AssertionError(e);
            }
            assertEquals(download.length(), out.size());
            return out.toByteArray();
        }
        return assertInstanceOf(Response.Content.Raw.class, response.content()).bytes();
    }

    /** A request with headers. */
    Response get(String path, Map<String, String> headers) {
        Request plain = Requests.of(Operation.READ, path, Map.of());
        Request request = new Request(
                plain.id(),
                plain.namespace(),
                plain.operation(),
                plain.path(),
                plain.data(),
                plain.token(),
                plain.wrapTtl(),
                new Request.Peer("127.0.0.1", 1, List.of(), headers));
        return table.find(request.path(), request.operation())
                .orElseThrow(Fault::notFound)
                .dispatch(request, Caller.anonymous());
    }

    /** The parsed CRL at a path. */
    X509CRL crl(String path) {
        try {
            return (X509CRL) CertificateFactory.getInstance("X.509").generateCRL(new ByteArrayInputStream(raw(path)));
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    List<String> list(String path) {
        try {
            return strings(data(call(Operation.LIST, path, Map.of())).get("keys"));
        } catch (FaultException e) {
            assertInstanceOf(Fault.NotFound.class, e.fault());
            return List.of();
        }
    }

    /** The details of a refusal, as one text. */
    String refusal(String path, Object... pairs) {
        FaultException e = assertThrows(FaultException.class, () -> write(path, pairs), path + " " + List.of(pairs));
        return String.join(
                "\n", assertInstanceOf(Fault.BadRequest.class, e.fault()).details());
    }

    /** A P-256 root and a role {@code web} for {@code example.com} and below. */
    Map<String, Object> rootAndRole() {
        Map<String, Object> root =
                write("root/generate/internal", "common_name", "Test Root", "key_type", "ec", "ttl", "87600h");
        write("roles/web", "allowed_domains", "example.com", "allow_subdomains", true, "key_type", "ec", "ttl", "24h");
        return root;
    }

    /** The request of a P-256 intermediate whose key stays here. */
    Object csr(String name) {
        return write("intermediate/generate/internal", "common_name", name, "key_type", "ec")
                .get("csr");
    }

    /** The id of the issuer that a signed certificate makes here. */
    String issuer(Object certificate) {
        return strings(write("intermediate/set-signed", "certificate", certificate)
                        .get("imported_issuers"))
                .getFirst();
    }

    static Map<String, Object> data(Response response) {
        return response.content() instanceof Response.Content.Data(Map<String, Object> data) ? data : Map.of();
    }

    static Map<String, Object> map(Object... pairs) {
        Map<String, Object> map = new HashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            map.put(
                    (String) pairs[i],
                    pairs[i + 1] instanceof Integer number ? (Object) number.longValue() : pairs[i + 1]);
        }
        return map;
    }

    @SuppressWarnings("unchecked")
    static List<String> strings(Object list) {
        return (List<String>) list;
    }

    static X509Certificate certificate(Object pem) {
        try {
            return (X509Certificate) CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(((String) pem).getBytes(StandardCharsets.US_ASCII)));
        } catch (CertificateException e) {
            throw new AssertionError(e);
        }
    }
}
