package io.casemate.bootstrap.install;

import io.casemate.bootstrap.LocalServer;
import io.casemate.config.InstallAnswers;
import io.casemate.config.InstallAnswers.Admin;
import io.casemate.doctor.Examination;
import io.casemate.doctor.Facts;
import io.casemate.doctor.ReportText;
import io.casemate.doctor.SelfReport;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** Auditing, the first administrator, and the end of the root token. */
final class AdminSteps {
    /** Everything that runs a server, and nothing of what it keeps: an administrator grants that to others, on record. */
    private static final String POLICY = """
            # Made by casemate install. Runs the server; reads no secret of any engine.
            path "sys/*" { capabilities = ["create", "read", "update", "patch", "delete", "list", "sudo"] }
            path "auth/*" { capabilities = ["create", "read", "update", "patch", "delete", "list", "sudo"] }
            path "identity/*" { capabilities = ["create", "read", "update", "patch", "delete", "list"] }
            """;

    private static final String NAME = "admin";

    /** The last step that has to do with the administrator's credential. */
    static final String LAST = "revoke";

    private final InstallAnswers answers;
    private final InstallSite site;
    private final LocalServer server;
    private final PrintStream out;
    private final InstantSource clock;

    AdminSteps(InstallAnswers answers, InstallSite site, LocalServer server, PrintStream out, InstantSource clock) {
        this.answers = answers;
        this.site = site;
        this.server = server;
        this.out = out;
        this.clock = clock;
    }

    List<Step> all() {
        return List.of(
                Steps.once("audit", "see that an audit device is on", this::audit),
                Steps.once(
                        "admin",
                        "policy '" + NAME + "' and administrator '"
                                + answers.admin().name() + "'",
                        this::admin),
                Steps.once(LAST, "revoke the root token", this::revoke),
                Steps.every("doctor", "examine machine and server", this::doctor));
    }

    private String audit() throws IOException, InterruptedException {
        needsToken();
        if (devices().isEmpty()) {
            String file = site.logs().resolve("audit.log").toString();
            server.write("sys/audit/file", Map.of("type", "file", "options", Map.of("file_path", file)));
        }
        return "audit devices: " + devices().keySet();
    }

    private Map<?, ?> devices() throws IOException, InterruptedException {
        return LocalServer.data(server.read("sys/audit"));
    }

    private String admin() throws IOException, InterruptedException {
        needsToken();
        String policy = answers.admin().policy().isPresent()
                ? Files.readString(answers.admin().policy().get())
                : POLICY;
        server.write("sys/policies/acl/" + NAME, Map.of("policy", policy));
        return switch (answers.admin()) {
            case Admin.Userpass userpass -> userpass(userpass);
            case Admin.Cert cert -> cert(cert);
        };
    }

    private void mounted(String type) throws IOException, InterruptedException {
        if (!LocalServer.data(server.read("sys/auth")).containsKey(type + "/")) {
            server.write("sys/auth/" + type, Map.of("type", type));
        }
    }

    private String userpass(Admin.Userpass admin) throws IOException, InterruptedException {
        mounted("userpass");
        String place = "auth/userpass/users/" + admin.name();
        server.write(place, Map.of("password", password(admin.password()), "token_policies", NAME, "token_ttl", "1h"));
        return "administrator '" + admin.name() + "' logs in by userpass";
    }

    private String cert(Admin.Cert admin) throws IOException, InterruptedException {
        mounted("cert");
        server.write(
                "auth/cert/certs/" + admin.name(),
                Map.of(
                        "certificate",
                        Files.readString(admin.certificate()),
                        "token_policies",
                        NAME,
                        "token_ttl",
                        "1h"));
        return "administrator '" + admin.name() + "' logs in by certificate";
    }

    /** The new administrator's login is tried first: nobody is locked out. */
    private String revoke() throws IOException, InterruptedException {
        needsToken();
        String token = answers.admin() instanceof Admin.Userpass userpass ? login(userpass) : "";
        revokeLost();
        server.write("auth/token/revoke-self", Map.of());
        if (server.tokenLives()) {
            throw new IOException("the root token is still alive");
        }
        server.use(token);
        return token.isEmpty()
                ? "root token revoked; nobody has tried the administrator's certificate yet"
                : "root token revoked, after the administrator had logged in";
    }

    /** The root tokens of runs that were cut short: nobody knows them, and they would live for ever. */
    private void revokeLost() throws IOException, InterruptedException {
        Object own = LocalServer.data(server.read("auth/token/lookup-self")).get("accessor");
        Map<?, ?> all = LocalServer.data(server.read("auth/token/accessors?list=true"));
        for (Object accessor : (List<?>) all.get("keys")) {
            Map<String, Object> named = Map.of("accessor", accessor);
            Map<?, ?> token = LocalServer.data(server.write("auth/token/lookup-accessor", named));
            if (!accessor.equals(own) && ((List<?>) token.get("policies")).contains("root")) {
                server.write("auth/token/revoke-accessor", named);
            }
        }
    }

    private String login(Admin.Userpass admin) throws IOException, InterruptedException {
        Map<String, Object> sent = new HashMap<>();
        sent.put("password", password(admin.password()));
        Map<?, ?> auth = (Map<?, ?>)
                server.write("auth/userpass/login/" + admin.name(), sent).get("auth");
        if (!((List<?>) auth.get("policies")).contains(NAME)) {
            throw new IOException("the administrator logged in and did not get the policy " + NAME);
        }
        return (String) auth.get("client_token");
    }

    /** One line break at its end is not part of it. */
    private static String password(Path file) throws IOException {
        String text = Files.readString(file, StandardCharsets.UTF_8);
        return text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
    }

    private String doctor() throws IOException, InterruptedException {
        Examination examination = Examination.of(site.root(), OptionalLong.empty());
        ask(examination);
        examination.listener(ServiceStep.host(answers), answers.port());
        var report = examination.look(_ -> true, clock.instant());
        out.println();
        out.print(ReportText.of(report));
        return "score " + report.score() + " of 100";
    }

    /** With the administrator's token when there is one; else at the door that the unit's server has for root. */
    private void ask(Examination examination) throws IOException, InterruptedException {
        if (server.hasToken()) {
            tell(examination, LocalServer.data(server.read("sys/doctor")));
            server.write("auth/token/revoke-self", Map.of());
        } else if (Files.exists(site.doctor())) {
            tell(examination, SelfReport.ask(site.doctor(), Duration.ofMinutes(1)));
        } else {
            examination.withoutFacts("the administrator did not log in; casemate doctor asks with a token");
        }
    }

    private static void tell(Examination examination, Map<String, Object> told) {
        examination.with(new Facts(members(told.get("facts")))).secondOpinion(members(told.get("report")));
    }

    private static Map<String, Object> members(Object told) {
        Map<String, Object> members = new HashMap<>();
        ((Map<?, ?>) told).forEach((name, value) -> members.put((String) name, value));
        return members;
    }

    private void needsToken() throws IOException {
        if (!server.hasToken()) {
            throw new IOException(
                    "the root token is gone with the run that made it. Make another with the recovery shares"
                            + " (casemate operator generate-root), then go on: casemate install --answers FILE --token -");
        }
    }
}
