package io.casemate.engine.pki.acme.challenge;

/** Where challenges are asked for. */
public record Ports(int http, int https) {
    /** As the standards say (RFC 8555 section 8.3, RFC 8737 section 3); there is no other choice on a server. */
    public static final Ports STANDARD = new Ports(80, 443);
}
