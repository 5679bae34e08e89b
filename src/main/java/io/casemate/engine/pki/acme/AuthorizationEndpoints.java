package io.casemate.engine.pki.acme;

import io.casemate.engine.Endpoint;
import io.casemate.engine.pki.acme.AcmeRequest.Signed;
import io.casemate.engine.pki.acme.RequestVerifier.By;
import io.casemate.engine.pki.acme.challenge.Challenges;
import io.casemate.engine.pki.acme.store.AcmeStore;
import io.casemate.engine.pki.acme.store.AcmeStore.Look;
import io.casemate.engine.pki.acme.store.Authorization;
import io.casemate.engine.pki.acme.store.Challenge;
import io.casemate.engine.pki.acme.store.Identifier;
import io.casemate.engine.pki.store.Ids;
import io.casemate.kernel.Response;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Authorizations and their challenges (RFC 8555 section 7.5). */
final class AuthorizationEndpoints {
    private static final int TOKEN_BYTES = 32;

    private final RequestVerifier verifier;
    private final AcmeStore store;
    private final MountServices services;
    private final ChallengeValidator validator;
    private final AccountLimits limits;

    AuthorizationEndpoints(
            RequestVerifier verifier,
            AcmeStore store,
            MountServices services,
            ChallengeValidator validator,
            AccountLimits limits) {
        this.limits = limits;
        this.verifier = verifier;
        this.store = store;
        this.services = services;
        this.validator = validator;
    }

    List<Endpoint> endpoints(String prefix) {
        return List.of(
                verifier.post(
                        prefix,
                        "new-authz",
                        "Makes an authorization before there is an order.",
                        By.ACCOUNT,
                        this::before),
                verifier.post(
                        prefix, "authorization/{id}", "Reads or gives up an authorization.", By.ACCOUNT, this::change),
                verifier.post(
                        prefix,
                        "challenge/{id}/{type}",
                        "Reads a challenge, or asks the server to look at it.",
                        By.ACCOUNT,
                        this::challenge));
    }

    /** Without an order yet: orders of this account take it in place of one of their own, once it is proven (RFC 8555 section 7.4.1). */
    private Response before(Signed signed) {
        validator.resume();
        AcmeRequest incoming = signed.incoming();
        Object wanted = signed.demands().get("identifier");
        Identifier identifier = Identifiers.of(
                        wanted == null ? null : List.of(wanted),
                        incoming.policy().get().role())
                .getFirst();
        if (identifier.wildcard()) {
            throw ProblemType.MALFORMED.because("a wildcard is proven with its order");
        }
        String account = signed.owner().id();
        Optional<Authorization> there = store.before(account, identifier)
                .filter(each -> each.open(services.now()) || each.holds(services.now()));
        if (there.isPresent()) {
            return located(incoming, there.get()).status(200);
        }
        limits.requireRoomBefore(account, incoming.settings());
        Authorization authorization = fresh(identifier, services.now().plus(Lifetimes.ORDER), services);
        store.transact(changes -> {
            changes.putBefore(account, authorization);
            return null;
        });
        return located(incoming, authorization).status(201);
    }

    private Response located(AcmeRequest incoming, Authorization authorization) {
        return shown(incoming, authorization).header("Location", incoming.url("authorization/" + authorization.id()));
    }

    /** A new one, with a challenge of each kind that fits. */
    static Authorization fresh(Identifier identifier, Instant expires, MountServices services) {
        List<Challenge> challenges = Challenges.offered(identifier.ip(), identifier.wildcard()).stream()
                .map(type -> Challenge.pending(type, token(services.context().random())))
                .toList();
        return new Authorization(
                Ids.uuid(services.context().random()).toString(),
                identifier,
                Authorization.Status.PENDING,
                expires,
                challenges);
    }

    /** 256 bits, where RFC 8555 section 8.1 wants at least 128. */
    private static String token(SecureRandom random) {
        byte[] token = new byte[TOKEN_BYTES];
        random.nextBytes(token);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(token);
    }

    private Response change(Signed signed) {
        validator.resume();
        Authorization authorization = own(signed);
        Optional<Map<String, Object>> wishes = signed.wishes();
        if (wishes.isEmpty()) {
            authorization.challenges().forEach(each -> goOn(signed, authorization, each));
            return shown(signed.incoming(), authorization);
        }
        if (!"deactivated".equals(wishes.get().get("status"))) {
            throw ProblemType.MALFORMED.because("the only status that an authorization can be given is 'deactivated'");
        }
        String account = signed.owner().id();
        return store.transact(changes -> {
            Authorization now =
                    changes.authorization(account, authorization.id()).orElseThrow(this::none);
            if (now.status() != Authorization.Status.PENDING && now.status() != Authorization.Status.VALID) {
                throw ProblemType.MALFORMED.because("the authorization has ended already");
            }
            Authorization gone = now.as(Authorization.Status.DEACTIVATED, now.expires());
            changes.put(account, gone);
            return shown(signed.incoming(), gone);
        });
    }

    private Response challenge(Signed signed) {
        validator.resume();
        Authorization authorization = own(signed);
        String type = signed.incoming().fields().string("type");
        Challenge challenge = authorization.challenge(type).orElseThrow(this::none);
        goOn(signed, authorization, challenge);
        if (signed.wishes().isEmpty()) {
            return shown(signed.incoming(), authorization, challenge);
        }
        Authorization asked =
                challenge.status() == Challenge.Status.PENDING ? promised(signed, authorization, type) : authorization;
        return shown(signed.incoming(), asked, asked.challenge(type).orElseThrow(this::none));
    }

    /** What was promised is looked at: also when a fault, such as a full disk, ended the looking before. */
    private void goOn(Signed signed, Authorization authorization, Challenge challenge) {
        String account = signed.owner().id();
        if (challenge.status() == Challenge.Status.PROCESSING
                && authorization.open(services.now())
                && validator.room(account)) {
            validator.start(new Look(account, authorization.id(), challenge.type()));
        }
    }

    /** On disk first, then looked at: one challenge of an authorization, because a failure decides over all. */
    private Authorization promised(Signed signed, Authorization authorization, String type) {
        String account = signed.owner().id();
        if (!validator.room(account)) {
            throw ProblemType.RATE_LIMITED
                    .because("too many challenges are being looked at")
                    .header("Retry-After", "30");
        }
        Look look = new Look(account, authorization.id(), type);
        limits.requireFaith(account, signed.incoming().settings());
        Authorization asked = store.transact(changes -> {
            Authorization now =
                    changes.authorization(account, authorization.id()).orElseThrow(this::none);
            boolean other = now.challenges().stream().anyMatch(each -> each.status() == Challenge.Status.PROCESSING);
            if (!now.open(services.now()) || other) {
                throw ProblemType.MALFORMED.because(
                        other ? "another challenge is being looked at" : "the authorization is not pending any more");
            }
            Authorization changed = now.with(type, Challenge::processing);
            changes.put(account, changed);
            changes.promise(look);
            return changed;
        });
        validator.start(look);
        return asked;
    }

    private Authorization own(Signed signed) {
        return store.authorization(signed.owner().id(), signed.incoming().id("id"))
                .orElseThrow(this::none);
    }

    private Problem none() {
        return ProblemType.MALFORMED.because(404, "this account has no such authorization or challenge");
    }

    private Response shown(AcmeRequest incoming, Authorization authorization) {
        Identifier identifier = authorization.identifier();
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("identifier", new Identifier(identifier.ip(), identifier.base()).members());
        members.put("status", status(authorization));
        members.put("expires", authorization.expires().toString());
        members.put(
                "challenges",
                authorization.challenges().stream()
                        .map(each -> members(incoming, authorization, each))
                        .toList());
        if (identifier.wildcard()) {
            members.put("wildcard", true);
        }
        return polled(authorization, Response.plain(members));
    }

    private Response shown(AcmeRequest incoming, Authorization authorization, Challenge challenge) {
        Response response = Response.plain(members(incoming, authorization, challenge))
                .header("Link", RequestVerifier.link(incoming.url("authorization/" + authorization.id()), "up"));
        return challenge.status() == Challenge.Status.PROCESSING ? polled(authorization, response) : response;
    }

    private Response polled(Authorization authorization, Response response) {
        return authorization.open(services.now())
                ? response.header("Retry-After", Long.toString(Lifetimes.POLL.toSeconds()))
                : response;
    }

    private String status(Authorization authorization) {
        boolean counts = authorization.status() == Authorization.Status.PENDING
                || authorization.status() == Authorization.Status.VALID;
        return counts && !authorization.expires().isAfter(services.now())
                ? "expired"
                : authorization.status().name().toLowerCase(Locale.ROOT);
    }

    private static Map<String, Object> members(AcmeRequest incoming, Authorization authorization, Challenge challenge) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("type", challenge.type());
        members.put("url", incoming.url("challenge/" + authorization.id() + "/" + challenge.type()));
        members.put("status", challenge.status().name().toLowerCase(Locale.ROOT));
        members.put("token", challenge.token());
        if (challenge.status() == Challenge.Status.VALID) {
            members.put("validated", challenge.when().toString());
        }
        if (!challenge.problem().isEmpty()) {
            members.put("error", Problem.document(ProblemType.urn(challenge.problem()), 403, challenge.detail()));
        }
        return members;
    }
}
