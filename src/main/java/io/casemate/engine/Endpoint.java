package io.casemate.engine;

import io.casemate.kernel.Caller;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Request;
import io.casemate.kernel.Response;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One documented path of an engine. The router, the field checks, the help text and the API document all read this.
 *
 * @param pattern segments below the mount: literals, {@code {name}} for one segment, {@code {name...}} for the rest
 *     of the path (slashes included, not empty), with nothing but literals after it. LIST and SCAN match with or without the trailing slash.
 * @param access who may come in
 * @param body what a body is to this endpoint
 * @param withoutToken what a caller without a token is told, beyond that permission is denied
 * @param endedToken the path is about the very token that asks: what is wrong with the request when there is no such token, in
 *     place of a refusal
 * @param headers of HTTP that the path hears and sends by its nature, whatever the mount's tuning
 * @param exists tells create from update, when the policy language's difference matters here
 */
public record Endpoint(
        String pattern,
        String synopsis,
        Access access,
        Body body,
        Map<String, Field> fields,
        Map<Operation, Handler> handlers,
        Headers headers,
        Optional<Existence> exists,
        Optional<String> withoutToken,
        Optional<String> endedToken) {

    /** Who may come in at all; the policies then decide. */
    public enum Access {
        /** A valid token and a policy that allows it. */
        TOKEN,
        /** The policy must also grant {@code sudo}. */
        SUDO,
        /** Anybody, without a token: public by its nature (a CRL, a CA certificate). */
        PUBLIC
    }

    /** What a request's body is. */
    public enum Body {
        /** The declared members; others are told as a warning. */
        DECLARED,
        /** An object without declared members (KV v1): unknown ones are data and not worth a warning. */
        OPEN,
        /** Bytes of any length, see {@link Request#upload()}. */
        RAW
    }

    /** Names of headers, those of the request that are heard and those of the answer that are sent, in any case. */
    public record Headers(List<String> heard, List<String> sent) {
        /** None beside what the mount's tuning passes. */
        public static final Headers NONE = new Headers(List.of(), List.of());
    }

    /** Does the work. Runs on the request's own virtual thread. */
    @FunctionalInterface
    public interface Handler {
        /** Answers, or throws a {@code FaultException}. */
        Response handle(Exchange exchange);
    }

    /** Whether what a write aims at is there already. Must not change anything. */
    @FunctionalInterface
    public interface Existence {
        /** True makes the write an update, false a create. */
        boolean check(Exchange exchange);
    }

    /** The same, looking first whether it may be used at all: {@code check} throws when not. */
    public Endpoint before(Runnable check) {
        Map<Operation, Handler> checked = new EnumMap<>(Operation.class);
        handlers.forEach((operation, handler) -> checked.put(operation, exchange -> {
            check.run();
            return handler.handle(exchange);
        }));
        return new Endpoint(
                pattern,
                synopsis,
                access,
                body,
                fields,
                Collections.unmodifiableMap(checked),
                headers,
                exists,
                withoutToken,
                endedToken);
    }

    /** All that a handler gets. {@code request.path()} is relative to the mount. */
    public record Exchange(Request request, Caller caller, Fields fields) {}

    /** Starts the description of a path. */
    public static Builder at(String pattern, String synopsis) {
        return new Builder(pattern, synopsis);
    }

    /** Collects an endpoint's parts. */
    public static final class Builder {
        private final String pattern;
        private final String synopsis;
        private final Map<String, Field> fields = new LinkedHashMap<>();
        private final Map<Operation, Handler> handlers = new EnumMap<>(Operation.class);
        private Headers headers = Headers.NONE;
        private Access access = Access.TOKEN;
        private Body body = Body.DECLARED;
        private Optional<Existence> exists = Optional.empty();
        private Optional<String> withoutToken = Optional.empty();
        private Optional<String> endedToken = Optional.empty();

        private Builder(String pattern, String synopsis) {
            this.pattern = pattern;
            this.synopsis = synopsis;
        }

        /** Declares a field of the body, the query, or the path. Path fields not declared are plain strings. */
        public Builder field(String name, Field field) {
            fields.put(name, field);
            return this;
        }

        /** Declares several. */
        public Builder fields(Map<String, Field> more) {
            fields.putAll(more);
            return this;
        }

        /** Answers {@code operation}. UPDATE answers CREATE too, unless that has a handler of its own. */
        public Builder on(Operation operation, Handler handler) {
            handlers.put(operation, handler);
            return this;
        }

        /** Tells create from update by {@code check}. */
        public Builder exists(Existence check) {
            exists = Optional.of(check);
            return this;
        }

        /** Hears and sends headers without being tuned to. */
        public Builder headers(List<String> heard, List<String> sent) {
            headers = new Headers(heard, sent);
            return this;
        }

        /** Sets who may come in. */
        public Builder access(Access who) {
            access = who;
            return this;
        }

        /** Tells a caller who sent no token how this can be allowed without one. */
        public Builder withoutToken(String hint) {
            withoutToken = Optional.of(hint);
            return this;
        }

        /** Answers a token that is no more, and that the request is about, by 400 with this. */
        public Builder endedToken(String problem) {
            endedToken = Optional.of(problem);
            return this;
        }

        /** The body has no declared members. */
        public Builder openBody() {
            body = Body.OPEN;
            return this;
        }

        /** The body is bytes of any length. */
        public Builder rawBody() {
            body = Body.RAW;
            return this;
        }

        /** The finished value. */
        public Endpoint build() {
            return new Endpoint(
                    pattern,
                    synopsis,
                    access,
                    body,
                    Collections.unmodifiableMap(new LinkedHashMap<>(fields)),
                    Collections.unmodifiableMap(new EnumMap<>(handlers)),
                    headers,
                    exists,
                    withoutToken,
                    endedToken);
        }
    }
}
