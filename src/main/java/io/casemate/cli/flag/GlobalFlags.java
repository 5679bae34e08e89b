package io.casemate.cli.flag;

import java.util.List;

/** The flags every command takes. */
public final class GlobalFlags {
    /** In the order in which help shows them. */
    public static final List<Flag> ALL = List.of(
            Flag.text(
                            "address",
                            "Address of the server: https://HOST:PORT, or unix:///PATH. Default https://127.0.0.1:8200.")
                    .or("ADDR"),
            Flag.text("agent-address", "Address of an agent to send requests to in place of the server.")
                    .or("AGENT_ADDR"),
            Flag.text("ca-cert", "PEM file of the CA certificates to trust.").or("CACERT"),
            Flag.text("ca-path", "Directory of PEM files to trust.").or("CAPATH"),
            Flag.text("client-cert", "PEM file of the certificate (and chain) to show the server.")
                    .or("CLIENT_CERT"),
            Flag.text("client-key", "PEM file of the private key of -client-cert.")
                    .or("CLIENT_KEY"),
            Flag.text("tls-server-name", "Name the server's certificate must carry, if not the address's.")
                    .or("TLS_SERVER_NAME"),
            Flag.bool(
                            "tls-skip-verify",
                            "Do not verify the server's certificate. Anyone on the way can then read the token.")
                    .or("SKIP_VERIFY"),
            Flag.text("namespace", "Namespace to work in.").or("NAMESPACE"),
            Flag.text("ns", "Short for -namespace."),
            Flag.list("mfa", "Second factor, as method[:passcode], passed on to the server. Repeatable.")
                    .or("MFA"),
            Flag.bool("policy-override", "Ask the server to override soft-mandatory policies, where it has such."),
            Flag.bool("disable-redirects", "Accepted for compatibility: redirects are never followed.")
                    .or("DISABLE_REDIRECTS"),
            Flag.list("header", "Further request header, \"Name: value\" or name=value. Repeatable."),
            Flag.duration("wrap-ttl", "Wrap the answer in a one-use token that lives this long.")
                    .or("WRAP_TTL"),
            Flag.text("format", "table, json, yaml or raw.").or("FORMAT"),
            Flag.text("field", "Print only this field of the answer."),
            Flag.bool("output-curl-string", "Print the request as a curl command instead of sending it."),
            Flag.bool("output-policy", "Print the policy that the request needs instead of sending it."),
            Flag.bool("no-color", "Accepted for compatibility: output never has colours."),
            Flag.bool("non-interactive", "Never prompt."),
            Flag.bool("help", "Show help."),
            Flag.bool("h", "Show help."));

    private GlobalFlags() {}
}
