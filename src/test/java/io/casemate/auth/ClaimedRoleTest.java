package io.casemate.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.casemate.auth.approle.ApproleFactory;
import io.casemate.auth.cert.CertFactory;
import io.casemate.auth.jwt.JwtFactory;
import io.casemate.auth.jwt.OpensslTokens;
import io.casemate.auth.userpass.UserpassFactory;
import io.casemate.crypto.PasswordHash;
import io.casemate.kernel.Operation;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Quotas by role count on this: whatever a login takes for a role's name is told as that role. */
class ClaimedRoleTest {
    private static final Optional<String> NONE = Optional.empty();

    @Test
    void aCertificatesRoleIsToldHoweverItIsWritten() {
        try (MethodDriver method = new MethodDriver(new CertFactory())) {
            assertEquals(Optional.of("web"), method.claimedRole("login", Map.of("name", "WEB")));
            assertEquals(Optional.of("web"), method.claimedRole("login/", Map.of("name", "web")));
            assertEquals(Optional.of("7"), method.claimedRole("login", Map.of("name", 7L)));
            assertEquals(Optional.of("true"), method.claimedRole("login", Map.of("name", true)));
            assertEquals(NONE, method.claimedRole("login", Map.of("name", " web")));
            assertEquals(NONE, method.claimedRole("login", Map.of("name", List.of("web"))));
            assertEquals(NONE, method.claimedRole("login", Map.of()));
            assertEquals(NONE, method.claimedRole("certs/web", Map.of("name", "web")));
        }
    }

    @Test
    void whoNamesNoRoleToAJwtMountClaimsTheDefaultOne(@TempDir Path folder) {
        try (MethodDriver method = new MethodDriver(new JwtFactory("jwt"))) {
            assertEquals(NONE, method.claimedRole("login", Map.of()));
            String key = new OpensslTokens(folder).key("mine", "ES256");
            method.call(Operation.UPDATE, "config", Map.of("jwt_validation_pubkeys", key, "default_role", "App"));
            assertEquals(Optional.of("app"), method.claimedRole("login", Map.of()));
            assertEquals(Optional.of("app"), method.claimedRole("login", Map.of("role", "")));
            assertEquals(Optional.of("other"), method.claimedRole("login", Map.of("role", "Other")));
            assertEquals(NONE, method.claimedRole("config", Map.of()));
        }
    }

    @Test
    void aRoleIdTellsItsRoleAlsoAsANumber() {
        try (MethodDriver method = new MethodDriver(new ApproleFactory())) {
            method.call(Operation.UPDATE, "role/Web", Map.of());
            method.call(Operation.UPDATE, "role/Web/role-id", Map.of("role_id", "12"));
            for (Object sent : List.of("12", " 12 ", 12L, new BigDecimal("12"))) {
                assertEquals(Optional.of("web"), method.claimedRole("login", Map.of("role_id", sent)));
            }
            assertEquals(NONE, method.claimedRole("login", Map.of("role_id", "13")));
            assertEquals(NONE, method.claimedRole("login", Map.of()));
        }
    }

    @Test
    void aUserIsHisOwnRole() {
        try (MethodDriver method = new MethodDriver(new UserpassFactory(new PasswordHash(new SecureRandom())))) {
            assertEquals(Optional.of("ann"), method.claimedRole("login/Ann", Map.of()));
            assertEquals(Optional.of("ann"), method.claimedRole("login/ANN/", Map.of("username", "bob")));
            assertEquals(NONE, method.claimedRole("users/ann", Map.of()));
        }
    }
}
