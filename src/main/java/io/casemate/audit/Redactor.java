package io.casemate.audit;

import io.casemate.crypto.HmacSha256;
import io.casemate.kernel.Caller;
import io.casemate.kernel.Decision;
import io.casemate.kernel.Download;
import io.casemate.kernel.Lease;
import io.casemate.kernel.MountInfo;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Outcome;
import io.casemate.kernel.Request;
import io.casemate.kernel.Response;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Turns requests and their outcomes into the entries of one device (docs/formats/audit-entry.md). Every string of a
 * body becomes a keyed hash under the device's own salt, unless the device logs raw or the mount exempts its key.
 */
final class Redactor {
    /** What stands with each policy that granted something. */
    private static final byte[] OF_AN_ACL = new EntryWriter()
            .text("namespace_id", Request.ROOT_NAMESPACE)
            .text("type", "acl")
            .fragment();

    /** Most bytes of data in an entry about a stranger, or a refusal: nobody shall fill the devices without a right. */
    static final int FEW = 16 << 10;

    /** Most bytes of data in any other: some fifty thousand strings. */
    static final int MANY = 4 << 20;

    private final Values values;
    private final AuditOptions options;
    private final AuditedHeaders headers;
    private final InstantSource clock;
    private final EntryTime time = new EntryTime();

    Redactor(HmacSha256 salt, AuditOptions options, AuditedHeaders headers, InstantSource clock) {
        this.values = new Values(salt, options);
        this.options = options;
        this.headers = headers;
        this.clock = clock;
    }

    /** The hash that stands for {@code clear} in this device's entries. */
    String hash(String clear) {
        return values.hash(clear);
    }

    /** What is asked, and whether it is allowed; written before anything happens. */
    AuditLine asked(Audited about) {
        Audited.Shared shared = shared(about);
        EntryWriter out =
                start("request", shared.length()).members(shared.auth()).members(shared.request());
        if (about.decision() instanceof Decision.Denied denied) {
            out.text("error", Remarks.of(FaultText.of(denied.failure().fault())));
        }
        return out.end().line();
    }

    /** What became of it; written before the first byte of the answer leaves. */
    AuditLine answered(Audited about, Outcome outcome) {
        Audited.Shared shared = shared(about);
        EntryWriter out = start("response", shared.length());
        Optional<Response.Auth> granted = outcome instanceof Outcome.Answered answered
                ? answered.response().auth()
                : Optional.empty();
        if (granted.isPresent() && about.decision().caller().kind() == Caller.TokenKind.NONE) {
            out.begin("auth");
            granted(out, granted.get());
            policyResults(out, about.decision());
            out.end();
        } else {
            out.members(shared.auth());
        }
        out.members(shared.request());
        switch (outcome) {
            case Outcome.Answered(Response response) -> response(out, about, response);
            case Outcome.Failed failed -> {
                mount(out.begin("response"), about.mount());
                out.end().text("error", Remarks.of(FaultText.of(failed.failure().fault())));
            }
        }
        return out.end().line();
    }

    private Audited.Shared shared(Audited about) {
        return about.written(this).orElseGet(() -> about.keep(this, share(about)));
    }

    private Audited.Shared share(Audited about) {
        Handles handles = handles(about.request(), about.decision().caller());
        EntryWriter auth = new EntryWriter();
        decided(auth, handles, about.decision());
        EntryWriter request = new EntryWriter();
        request(request, about, handles);
        return new Audited.Shared(auth.fragment(), request.fragment());
    }

    /** The line that proves a new device before anything depends on it. */
    AuditLine test(String id) {
        return start("request", 0)
                .begin("request")
                .text("id", id)
                .text("operation", Operation.UPDATE.word())
                .text("path", "sys/audit/test")
                .end()
                .end()
                .line();
    }

    private EntryWriter start(String type, int known) {
        return new EntryWriter(known)
                .verbatim(options.prefix())
                .begin()
                .text("time", time.text(clock.instant()))
                .text("type", type);
    }

    private static void decided(EntryWriter out, Handles handles, Decision decision) {
        Caller caller = decision.caller();
        out.begin("auth");
        if (caller.kind() != Caller.TokenKind.NONE) {
            caller(out, handles, caller);
        }
        policyResults(out, decision);
        if (caller.kind() == Caller.TokenKind.NONE) {
            out.text("token_type", "default");
        }
        out.end();
    }

    private static void caller(EntryWriter out, Handles handles, Caller caller) {
        out.text("client_token", handles.token()).text("accessor", handles.accessor());
        out.text("display_name", caller.displayName());
        out.texts("policies", caller.rights().all());
        out.texts("token_policies", caller.policies());
        out.texts("identity_policies", caller.identity().policies());
        texts(out, "metadata", caller.metadata());
        if (caller.remainingUses() > 0) {
            out.name("remaining_uses").number(caller.remainingUses());
        }
        out.text("entity_id", caller.entityId());
        out.text("token_type", caller.kind() == Caller.TokenKind.BATCH ? "batch" : "service");
        if (!caller.ttl().isZero()) {
            out.name("token_ttl").number(caller.ttl().toSeconds());
        }
        out.text("token_issue_time", caller.issued().toString());
    }

    private void granted(EntryWriter out, Response.Auth auth) {
        out.text("client_token", values.hash(auth.clientToken())).text("accessor", values.accessor(auth.accessor()));
        out.text("display_name", auth.displayName());
        out.texts("policies", auth.allPolicies());
        out.texts("token_policies", auth.policies());
        out.texts("identity_policies", auth.identityPolicies());
        texts(out, "metadata", auth.metadata());
        if (auth.numUses() > 0) {
            out.name("num_uses").number(auth.numUses());
        }
        out.text("entity_id", auth.entityId());
        if (auth.entityCreated()) {
            out.name("entity_created").literal("true");
        }
        out.text("token_type", auth.tokenType());
        out.name("token_ttl").number(auth.leaseDuration().toSeconds());
    }

    private static void policyResults(EntryWriter out, Decision decision) {
        out.begin("policy_results");
        out.name("allowed").literal(decision instanceof Decision.Allowed ? "true" : "false");
        if (decision instanceof Decision.Allowed(Caller _, List<String> grantedBy) && !grantedBy.isEmpty()) {
            out.name("granting_policies").beginList();
            grantedBy.forEach(
                    name -> out.begin().text("name", name).members(OF_AN_ACL).end());
            out.endList();
        }
        out.end();
    }

    private static int most(Decision decision) {
        boolean welcome =
                decision instanceof Decision.Allowed && decision.caller().kind() != Caller.TokenKind.NONE;
        return welcome ? MANY : FEW;
    }

    private void request(EntryWriter out, Audited about, Handles handles) {
        Request request = about.request();
        MountInfo mount = about.mount();
        out.begin("request").text("id", request.id());
        out.text("client_id", about.decision().caller().entityId());
        out.text("operation", request.operation().word());
        mount(out, mount);
        out.text("client_token", handles.token()).text("client_token_accessor", handles.accessor());
        out.begin("namespace").text("id", request.namespace()).end();
        out.text("path", request.path().value());
        if (!request.data().isEmpty()) {
            values.data(out, request.data(), mount.plainRequestKeys(), most(about.decision()));
        }
        out.text("remote_address", request.peer().address());
        out.name("remote_port").number(request.peer().port());
        headers(out, request.peer().headers());
        request.wrapTtl().ifPresent(ttl -> out.name("wrap_ttl").number(ttl.toSeconds()));
        if (!request.peer().certificates().isEmpty()) {
            String serial = CertificateSerial.of(request.peer().certificates().getFirst());
            out.text("client_certificate_serial_number", serial);
        }
        out.end();
    }

    /** Nothing is written, and nothing made, for a request without any of them. */
    private void headers(EntryWriter out, Map<String, String> sent) {
        boolean begun = false;
        for (Map.Entry<String, Boolean> each : headers.all().entrySet()) {
            String value = sent.get(each.getKey());
            if (value != null) {
                begun = begun || out.begin("headers") != null;
                out.name(each.getKey()).beginList();
                out.text(each.getValue() ? values.hash(value) : value);
                out.endList();
            }
        }
        if (begun) {
            out.end();
        }
    }

    private void response(EntryWriter out, Audited about, Response response) {
        out.begin("response");
        mount(out, about.mount());
        response.auth().ifPresent(auth -> {
            out.begin("auth");
            granted(out, auth);
            out.end();
        });
        lease(out, response.lease());
        response.wrap().ifPresent(wrap -> wrap(out, wrap));
        switch (response.content()) {
            case Response.Content.None() -> {}
            case Response.Content.Data(Map<String, Object> data) -> data(out, data, about);
            case Response.Content.DoublePlaced(Map<String, Object> data) -> data(out, data, about);
            case Response.Content.Plain(Map<String, Object> members) -> data(out, members, about);
            case Response.Content.Raw(String mediaType, byte[] bytes) -> {
                out.begin("data").text("http_content_type", mediaType);
                values.bytes(out.name("http_raw_body"), bytes);
                out.name("http_status_code").number(response.status() == 0 ? 200 : response.status());
                out.end();
            }
            case Response.Content.Stream(String mediaType, Download download) -> {
                out.begin("data").text("http_content_type", mediaType);
                out.name("http_raw_body_length").number(download.length());
                out.name("http_status_code").number(response.status() == 0 ? 200 : response.status());
                out.end();
            }
        }
        out.texts("warnings", Remarks.of(response.warnings())).end();
    }

    private static void lease(EntryWriter out, Lease lease) {
        String id = switch (lease) {
            case Lease.Given given -> given.id();
            case Lease.Renewed renewed -> renewed.id();
            case Lease.Hint _, Lease.Terms _ -> "";
        };
        if (!id.isEmpty()) {
            out.begin("secret").text("lease_id", id).end();
        }
    }

    private void wrap(EntryWriter out, Response.Wrap wrap) {
        out.begin("wrap_info").text("token", values.hash(wrap.token()));
        out.text("accessor", values.accessor(wrap.accessor()));
        out.name("ttl").number(wrap.ttl().toSeconds());
        out.text("creation_time", wrap.created().toString()).text("creation_path", wrap.path());
        if (!wrap.wrappedAccessor().isEmpty()) {
            out.text("wrapped_accessor", values.accessor(wrap.wrappedAccessor()));
        }
        out.end();
    }

    private void data(EntryWriter out, Map<String, Object> data, Audited about) {
        boolean counted = options.elideLists() && about.request().operation().lists();
        Set<String> plain = about.mount().plainResponseKeys();
        values.data(out, counted ? Values.counted(data) : data, plain, most(about.decision()));
    }

    private static void mount(EntryWriter out, MountInfo mount) {
        out.text("mount_point", mount.path());
        out.text("mount_type", mount.type());
        out.text("mount_accessor", mount.accessor());
        out.text("mount_class", mount.path().isEmpty() ? "" : mount.path().startsWith("auth/") ? "auth" : "secret");
    }

    /** Both stand twice in an entry and are hashed once. */
    private Handles handles(Request request, Caller caller) {
        return new Handles(request.token().map(values::hash).orElse(""), values.accessor(caller.accessor()));
    }

    private record Handles(String token, String accessor) {}

    private static void texts(EntryWriter out, String name, Map<String, String> members) {
        if (!members.isEmpty()) {
            out.begin(name);
            members.forEach((key, value) -> out.name(key).text(value));
            out.end();
        }
    }
}
