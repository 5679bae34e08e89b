package io.casemate.auth.userpass;

import io.casemate.auth.TokenFields;
import io.casemate.barrier.View;
import io.casemate.crypto.PasswordHash;
import io.casemate.engine.Endpoint;
import io.casemate.engine.Endpoint.Exchange;
import io.casemate.engine.Field;
import io.casemate.engine.Fields;
import io.casemate.engine.Paging;
import io.casemate.kernel.Fault;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Response;
import io.casemate.kernel.SecretBytes;
import io.casemate.kernel.TokenTerms;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/** {@code users*}: who may log in. */
final class UserEndpoints {
    private static final String FOLDER = "user/";
    private static final Pattern NAME = Pattern.compile("[\\w]([\\w.@+-]{0,253}[\\w])?");
    private static final String USERNAME = "username";
    private static final String PASSWORD = "password";
    private static final String HASH = "password_hash";
    private static final Map<String, String> OLDER = Map.of(
            "token_policies", "policies",
            "token_ttl", "ttl",
            "token_max_ttl", "max_ttl",
            "token_bound_cidrs", "bound_cidrs");

    private final View storage;
    private final PasswordHash hashes;

    UserEndpoints(View storage, PasswordHash hashes) {
        this.storage = storage;
        this.hashes = hashes;
    }

    /** The user, whatever the name looks like. */
    static Optional<User> find(View storage, String name) {
        return NAME.matcher(name).matches() ? storage.get(FOLDER + name).map(User::decode) : Optional.empty();
    }

    /** Changes a user, if it is there. */
    static void change(View storage, String name, UnaryOperator<User> edit) {
        storage.transact(editor -> {
            editor.get(FOLDER + name)
                    .map(User::decode)
                    .map(edit)
                    .ifPresent(user -> editor.put(FOLDER + name, user.encode()));
            return null;
        });
    }

    Endpoint list() {
        return Endpoint.at("users", "Lists the users.")
                .fields(Paging.FIELDS)
                .on(Operation.LIST, exchange -> {
                    Paging paging = Paging.of(exchange.fields());
                    return Response.keys(paging.whole(storage.children(FOLDER, paging.after(), paging.limit())));
                })
                .build();
    }

    Endpoint user() {
        return Endpoint.at("users/{username}", "Shows, sets or deletes a user.")
                .field(USERNAME, name())
                .field(PASSWORD, Field.string("The password, at most 72 bytes; needed for a new user."))
                .field(HASH, Field.string("A bcrypt hash made elsewhere, in place of the password."))
                .fields(TokenFields.FIELDS)
                .field("policies", Field.strings("Older name of token_policies."))
                .field("ttl", Field.duration("Older name of token_ttl."))
                .field("max_ttl", Field.duration("Older name of token_max_ttl."))
                .field("bound_cidrs", Field.strings("Older name of token_bound_cidrs."))
                .exists(exchange -> find(storage, name(exchange)).isPresent())
                .on(Operation.READ, this::read)
                .on(Operation.UPDATE, this::write)
                .on(Operation.DELETE, exchange -> {
                    storage.delete(FOLDER + name(exchange));
                    return Response.none();
                })
                .build();
    }

    Endpoint password() {
        return Endpoint.at("users/{username}/password", "Gives a user another password.")
                .field(USERNAME, name())
                .field(PASSWORD, Field.string("The new password, at most 72 bytes."))
                .field(HASH, Field.string("A bcrypt hash made elsewhere, in place of the password."))
                .on(Operation.UPDATE, exchange -> {
                    String hash = hash(exchange.fields()).orElseThrow(() -> Fault.badRequest("missing password"));
                    return changed(exchange, user -> user.hashed(hash));
                })
                .build();
    }

    Endpoint policies() {
        return Endpoint.at("users/{username}/policies", "Gives a user other policies.")
                .field(USERNAME, name())
                .field("token_policies", Field.strings("The policies."))
                .field("policies", Field.strings("Older name of token_policies."))
                .on(
                        Operation.UPDATE,
                        exchange -> changed(
                                exchange, user -> user.with(TokenFields.policies(user.terms(), exchange.fields()))))
                .build();
    }

    private Response read(Exchange exchange) {
        TokenTerms terms =
                find(storage, name(exchange)).orElseThrow(Fault::notFound).terms();
        Map<String, Object> shown = new LinkedHashMap<>(TokenFields.members(terms));
        OLDER.forEach((name, older) -> shown.put(older, shown.get(name)));
        return Response.of(shown);
    }

    private Response write(Exchange exchange) {
        String name = name(exchange);
        if (!NAME.matcher(name).matches()) {
            throw Fault.badRequest("a user's name is letters, digits, '_', and inside of it '.', '@', '+' and '-'");
        }
        Optional<String> hash = hash(exchange.fields());
        storage.transact(editor -> {
            Optional<User> there = editor.get(FOLDER + name).map(User::decode);
            String kept = hash.or(() -> there.map(User::hash)).orElseThrow(() -> Fault.badRequest("missing password"));
            TokenTerms base = there.map(User::terms).orElse(TokenTerms.NONE);
            editor.put(FOLDER + name, new User(kept, TokenFields.merge(base, exchange.fields(), OLDER)).encode());
            return null;
        });
        return Response.none();
    }

    private Response changed(Exchange exchange, UnaryOperator<User> edit) {
        if (find(storage, name(exchange)).isEmpty()) {
            throw Fault.badRequest("username does not exist");
        }
        change(storage, name(exchange), edit);
        return Response.none();
    }

    private Optional<String> hash(Fields fields) {
        String password = fields.string(PASSWORD);
        String imported = fields.string(HASH);
        if (!password.isEmpty() && !imported.isEmpty()) {
            throw Fault.badRequest("'password' and 'password_hash' exclude each other");
        }
        if (!imported.isEmpty()) {
            return Optional.of(PasswordHash.imported(imported));
        }
        if (password.isEmpty()) {
            return Optional.empty();
        }
        try (SecretBytes secret = SecretBytes.ofText(password)) {
            return Optional.of(hashes.of(secret));
        }
    }

    /** The name in its one form; its case does not matter. */
    static String normal(String sent) {
        return sent.toLowerCase(Locale.ROOT);
    }

    private static String name(Exchange exchange) {
        return normal(exchange.fields().string(USERNAME));
    }

    private static Field name() {
        return Field.string("The user's name; its case does not matter.");
    }
}
