package io.casemate.http;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;

/**
 * Hands JSSE the current identity. JSSE asks for alias, key and chain in three calls; the alias names the generation, and
 * the previous one stays, so that a handshake begun before a change never mixes two.
 */
final class ServerKeys extends X509ExtendedKeyManager {
    private final ConcurrentMap<String, TlsIdentity> generations = new ConcurrentHashMap<>();
    private final AtomicLong generation = new AtomicLong();

    ServerKeys(TlsIdentity first) {
        generations.put(alias(0), first);
    }

    /** New handshakes use this one; connections that stand are not touched. */
    synchronized void replace(TlsIdentity next) {
        long number = generation.get() + 1;
        generations.put(alias(number), next);
        generation.set(number);
        generations.remove(alias(number - 2));
    }

    TlsIdentity current() {
        return generations.get(alias(generation.get()));
    }

    @Override
    public String chooseEngineServerAlias(String keyType, Principal[] issuers, SSLEngine engine) {
        String alias = alias(generation.get());
        return generations.get(alias).keyType().equals(keyType) ? alias : null;
    }

    @Override
    public PrivateKey getPrivateKey(String alias) {
        return generations.get(alias).key();
    }

    @Override
    public X509Certificate[] getCertificateChain(String alias) {
        return generations.get(alias).chain().toArray(new X509Certificate[0]);
    }

    @Override
    public String chooseServerAlias(String keyType, Principal[] issuers, Socket socket) {
        return null;
    }

    @Override
    public String[] getServerAliases(String keyType, Principal[] issuers) {
        return null;
    }

    @Override
    public String[] getClientAliases(String keyType, Principal[] issuers) {
        return null;
    }

    @Override
    public String chooseClientAlias(String[] keyType, Principal[] issuers, Socket socket) {
        return null;
    }

    private static String alias(long number) {
        return "generation-" + number;
    }
}
