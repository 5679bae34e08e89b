package io.casemate.cli.http;

import io.casemate.cli.local.CliFailure;
import io.casemate.cli.local.Environment;
import io.casemate.cli.local.TokenStore;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.time.Duration;

/**
 * The server's API: sends calls with the user's token, namespace and headers, and turns every refusal into a message
 * that says what to do. One connection serves all calls of a command.
 */
public final class Api {
    private static final byte[] NOTHING = {};
    private static final Duration LONG_PATIENCE = Duration.ofHours(1);

    private final Address address;
    private final Settings settings;
    private final TokenStore tokens;
    private final Dialer dialer;
    private Wire wire;

    /** The API at the address in {@code settings}. Nothing is sent and nothing connected yet. */
    public Api(Settings settings, Environment environment, TokenStore tokens) {
        this.address = settings.address();
        this.settings = settings;
        this.tokens = tokens;
        if (address.secure()) {
            Warmup.start();
        }
        this.dialer = new Dialer(address, settings, new Trust(settings, environment), InetAddress::getAllByName);
    }

    Address address() {
        return address;
    }

    /**
     * The answer to {@code call}, if it is a success. So is a 404 without error text where something was asked for: there is
     * nothing. Where something was to be done it is one only if it carries data or warnings. A redirect is none.
     */
    public Answer send(Call call) {
        return accept(call, raw(call));
    }

    /** {@code answer}, if it is a success in the same sense. */
    public Answer accept(Call call, Answer answer) {
        if (answer.status() < 300 || tellsOfNothing(call, answer)) {
            return answer;
        }
        throw Refusals.of(address + call.target(), call, answer, !tokens.token().isEmpty());
    }

    private static boolean tellsOfNothing(Call call, Answer answer) {
        return answer.status() == 404
                && answer.errors().isEmpty()
                && (call.method().equals("GET") || !answer.nothing());
    }

    /** The answer to {@code call}, whatever its status. Retried after a pause as often as the settings say. */
    public Answer raw(Call call) {
        return as(call, tokens.token());
    }

    /** The same with another token, which may be empty. */
    public Answer as(Call call, String token) {
        String head = RequestHead.of(call, address, settings, token);
        if (settings.curl() && !call.isPreflight()) {
            throw new DryRunOutput(RequestHead.curl(call, address, settings, named(token)));
        }
        if (settings.policy() && !call.isPreflight()) {
            throw new DryRunOutput(NeededPolicy.of(call));
        }
        Answer answer = once(head, call);
        for (int tries = 0; tries < settings.retries() && worthRetrying(answer.status()); tries++) {
            pause();
            answer = once(head, call);
        }
        return answer;
    }

    /** What stands for {@code token} where a request is shown: the user's own can be had again, one just given cannot. */
    private String named(String token) {
        return token.isEmpty() ? "" : token.equals(tokens.token()) ? "$(casemate print token)" : "$TOKEN";
    }

    /** Sends a call whose body, or whose answer's, is of any length. Never tried again. */
    public Answer stream(Call call, LongBody body, OutputStream sink) {
        return stream(call, body, sink, LONG_PATIENCE);
    }

    /** The same, with another patience with silence where the settings say nothing; while something comes there is no end. */
    public Answer stream(Call call, LongBody body, OutputStream sink, Duration patience) {
        if (settings.curl()) {
            throw new DryRunOutput(RequestHead.curl(call, address, settings, named(tokens.token())) + body.curl());
        }
        if (settings.policy()) {
            throw new DryRunOutput(NeededPolicy.of(call));
        }
        String head = RequestHead.of(call, body.length(), address, settings, tokens.token());
        Duration silence = settings.timeout(patience);
        Watch watch = Watch.of(silence);
        try (watch;
                Wire line = dialer.dial(watch);
                InputStream in = watch.each(body.open())) {
            return accept(call, line.exchange(head, in, watch.each(sink)));
        } catch (IOException e) {
            throw failed(watch, silence, e);
        }
    }

    /**
     * Closes the connection before a human is waited for. The server closes one that is idle, unseen from here, and a request
     * that was written to it cannot be sent again: nobody knows whether it was carried out.
     */
    public void hangUp() {
        if (wire == null) {
            return;
        }
        try {
            wire.close();
        } catch (IOException gone) {
            // Nothing was under way.
        }
        wire = null;
    }

    private static boolean worthRetrying(int status) {
        return status == 412 || status == 429 || (status >= 500 && status != 501);
    }

    private static void pause() {
        try {
            Thread.sleep(1000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw CliFailure.local("interrupted");
        }
    }

    private Answer once(String head, Call call) {
        Watch watch = Watch.of(settings.timeout());
        try (watch) {
            if (wire == null || !wire.reusable()) {
                wire = dialer.dial(watch);
            } else {
                watch.on(wire);
            }
            return wire.exchange(head, call.body() == null ? NOTHING : call.body());
        } catch (IOException e) {
            throw failed(watch, settings.timeout(), e);
        }
    }

    private CliFailure failed(Watch watch, Duration patience, IOException cause) {
        return watch.expired() || cause instanceof SocketTimeoutException
                ? CliFailure.server(
                        "no answer from " + address + " within " + patience.toSeconds() + " s (VAULT_CLIENT_TIMEOUT)")
                : Refusals.unreachable(address, cause);
    }
}
