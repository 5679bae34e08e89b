package io.casemate.cli.http;

import io.casemate.cli.local.CliFailure;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.util.List;
import javax.net.ssl.SSLException;

/** What the user reads when the server said no or was not there: what, where, and what to do next. */
final class Refusals {
    private Refusals() {}

    /** An error answer, in the words and layout of Vault's client, and a hint. */
    static CliFailure of(String url, Call call, Answer answer, boolean hadToken) {
        StringBuilder text = new StringBuilder("Error making API request.\n\nURL: ");
        text.append(call.method()).append(' ').append(url);
        text.append("\nCode: ").append(answer.status()).append(". Errors:\n");
        List<String> errors = answer.errors();
        for (String error : errors) {
            text.append("\n* ").append(error);
        }
        String hint = answer.status() < 400 ? elsewhere(answer) : hint(answer.status(), errors, hadToken);
        if (!hint.isEmpty()) {
            text.append("\n\nHint: ").append(hint);
        }
        return CliFailure.server(text.toString());
    }

    /** The token went to the server that the user named, and goes to no other by itself. */
    private static String elsewhere(Answer answer) {
        return "redirects are not followed. "
                + (answer.location().isEmpty()
                        ? "Is the address that of a Casemate or Vault server?"
                        : "This one leads to " + answer.location().replaceAll("\\p{Cntrl}", " ")
                                + ": set VAULT_ADDR or -address to the server that is there.");
    }

    private static String hint(int status, List<String> errors, boolean hadToken) {
        return switch (status) {
            case 400 -> errors.isEmpty() ? "the server did not understand the request; is it an HTTPS port?" : "";
            case 403 ->
                explained(errors)
                        ? ""
                        : hadToken
                                ? "the token is wrong or expired, or none of its policies allows this. 'casemate token lookup'"
                                        + " shows it, 'casemate policy explain PATH' tells why."
                                : "no token was sent. Run 'casemate login', or set VAULT_TOKEN.";
            case 405 -> "this path exists, but not with this operation. 'casemate path-help PATH' shows what it can.";
            case 429 -> "too many requests: wait, or set VAULT_MAX_RETRIES.";
            case 500, 502 -> "the server's log tells more.";
            case 503 -> "'casemate status' tells whether it is sealed, and why.";
            default -> "";
        };
    }

    /** Whether the server itself says more than that it refuses. */
    private static boolean explained(List<String> errors) {
        return errors.stream().anyMatch(error -> !error.equals("permission denied") && !error.equals("bad token"));
    }

    /** No answer at all. */
    static CliFailure unreachable(Address address, IOException cause) {
        return CliFailure.server("no answer from " + address + ": " + reason(address, cause));
    }

    private static String reason(Address address, IOException cause) {
        return switch (cause) {
            case UnknownHostException unknown -> "the name " + address.host() + " is not known. Check VAULT_ADDR.";
            case ConnectException refused ->
                lower(refused) + ".\nHint: is the server running there? Set VAULT_ADDR or -address to where it is.";
            case NoRouteToHostException none -> lower(none) + ".";
            case SSLException tls -> tls(tls);
            default ->
                lower(cause)
                        + (address.scheme().equals("http")
                                ? ".\nHint: Casemate speaks TLS only: is it an https:// address?"
                                : "");
        };
    }

    private static String tls(SSLException failure) {
        String text = failure.getMessage() == null ? "" : failure.getMessage();
        if (text.contains("unable to find valid certification path") || text.contains("PKIX path")) {
            return "its certificate is not signed by a CA this machine trusts.\n"
                    + "Hint: set VAULT_CACERT or -ca-cert to the PEM file of the CA that signed it.";
        }
        if (text.contains("No subject alternative") || text.contains("No name matching")) {
            return "its certificate is for another name (" + text + ").\n"
                    + "Hint: use the name in the certificate, or say it with -tls-server-name.";
        }
        if (text.contains("Unsupported or unrecognized SSL message")) {
            return "it does not speak TLS.\nHint: is it an http:// address?";
        }
        return "TLS failed: " + text;
    }

    private static String lower(IOException cause) {
        String text = cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
        return Character.toLowerCase(text.charAt(0)) + text.substring(1);
    }
}
