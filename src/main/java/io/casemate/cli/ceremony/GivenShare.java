package io.casemate.cli.ceremony;

import io.casemate.cli.command.Session;
import io.casemate.cli.local.CliFailure;
import java.util.LinkedHashMap;
import java.util.Map;

/** A share that somebody gives to a ceremony, and the nonce he gives it under. */
record GivenShare(String key, String nonce) {
    /**
     * From the argument, from standard input, or asked for. Whoever is asked sees the ceremony's nonce first, to compare it with
     * the other holders' and need not type it; scripts have to name it.
     */
    static GivenShare of(Session session, String nonce) {
        String given = session.arguments().at(0, "");
        String named = session.arguments().text("nonce", "");
        if (!given.isEmpty() && named.isEmpty()) {
            throw CliFailure.local("Missing nonce value: specify it via the -nonce flag");
        }
        if (given.isEmpty()) {
            session.output().sentence("Operation nonce: " + nonce);
        }
        String key = session.secret(given, "Key share (will be hidden): ");
        return new GivenShare(key, named.isEmpty() ? nonce : named);
    }

    Map<String, Object> body() {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("key", key);
        body.put("nonce", nonce);
        return body;
    }
}
