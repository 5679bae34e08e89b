package io.casemate.engine.pki.acme.challenge;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Hashtable;
import java.util.List;
import java.util.stream.Stream;
import javax.naming.CompositeName;
import javax.naming.Context;
import javax.naming.NameNotFoundException;
import javax.naming.NamingEnumeration;
import javax.naming.NamingException;
import javax.naming.directory.Attribute;
import javax.naming.directory.Attributes;
import javax.naming.directory.InitialDirContext;

/**
 * Asks the DNS, through the JDK's own client. Nothing is kept from one question to the next. The resolver that is asked is
 * recursive: it follows CNAME (RFC 8555 section 8.4 wants that) and its answer has the whole chain.
 */
public final class Lookup {
    private static final String TIMEOUT_MILLIS = "2000";
    private static final String TRIES = "2";
    private static final int MOST = 64;

    /** The JDK's client knows the type by its number, and gives its data as they are. */
    private static final String CAA = "257";

    private final String resolver;
    private final HostsFile hosts;
    private final Machine system;

    /** Asks {@code resolver} (address, or address:port), or whom the system asks when that is empty. */
    public Lookup(String resolver) {
        this(resolver, new HostsFile(Path.of("/etc/hosts")), InetAddress::getAllByName);
    }

    Lookup(String resolver, HostsFile hosts, Machine system) {
        this.resolver = resolver;
        this.hosts = hosts;
        this.system = system;
    }

    /** The resolver of the machine's C library. */
    interface Machine {
        InetAddress[] addresses(String name) throws UnknownHostException;
    }

    /**
     * The addresses of a name, IPv6 first (as RFC 6724 would have it).
     *
     * @throws IOException saying in one sentence why there are none
     */
    List<InetAddress> addresses(String name) throws IOException {
        return resolver.isEmpty() ? ofMachine(name) : ofResolver(name);
    }

    /**
     * What the machine takes the absolute name for: /etc/hosts first, then whatever else it asks. Without the dot at the end the
     * domains of its search list would be tried too, and a proof for {@code db.prod} be given by {@code db.prod.corp.example.com}.
     */
    private List<InetAddress> ofMachine(String name) throws IOException {
        List<InetAddress> own = hosts.addresses(name);
        try {
            return ordered(own.isEmpty() ? List.of(system.addresses(name + ".")) : own);
        } catch (UnknownHostException e) {
            throw new IOException("DNS has no address for " + name, e);
        }
    }

    private List<InetAddress> ofResolver(String name) throws IOException {
        List<InetAddress> found = new ArrayList<>();
        IOException failure = new IOException("DNS has no address for " + name);
        for (String type : List.of("AAAA", "A")) {
            try {
                for (String text : records(name, type)) {
                    found.add(InetAddress.ofLiteral(text));
                }
            } catch (IOException e) {
                // A resolver may refuse one kind and know the other.
                failure = e;
            }
        }
        if (found.isEmpty()) {
            throw failure;
        }
        return found.stream().distinct().toList();
    }

    /** The TXT records at a name; empty when there are none. */
    List<String> texts(String name) throws IOException {
        return records(name, "TXT");
    }

    /** The data of the CAA records at a name (RFC 8659 section 4.1); empty when there are none. */
    List<byte[]> authorizations(String name) throws IOException {
        List<byte[]> found = new ArrayList<>();
        for (Object value : values(name, CAA)) {
            if (!(value instanceof byte[] data)) {
                throw new IOException("DNS did not answer for the CAA records of " + name);
            }
            found.add(data);
        }
        return found;
    }

    private List<String> records(String name, String type) throws IOException {
        return values(name, type).stream().map(Object::toString).toList();
    }

    /** One type at a time: of several, JNDI makes a question for ANY, which resolvers do not answer (RFC 8482). */
    @SuppressWarnings("BanJNDI") // the JDK's DNS client has no other door; only texts are read, nothing is looked up or
    // deserialised
    private List<Object> values(String name, String type) throws IOException {
        List<Object> found = new ArrayList<>();
        try {
            InitialDirContext context = new InitialDirContext(environment());
            try {
                Attributes attributes = context.getAttributes(new CompositeName().add(name + "."), new String[] {type});
                collect(attributes.get(type), found);
            } finally {
                context.close();
            }
        } catch (NameNotFoundException e) {
            return List.of();
        } catch (NamingException e) {
            throw new IOException("DNS did not answer for " + name, e);
        }
        return found;
    }

    private static void collect(Attribute attribute, List<Object> found) throws NamingException {
        if (attribute != null) {
            NamingEnumeration<?> values = attribute.getAll();
            while (values.hasMore() && found.size() < MOST) {
                found.add(values.next());
            }
        }
    }

    /** JNDI wants a Hashtable. */
    @SuppressWarnings("JdkObsolete")
    private Hashtable<String, String> environment() {
        Hashtable<String, String> settings = new Hashtable<>();
        settings.put(Context.INITIAL_CONTEXT_FACTORY, "com.sun.jndi.dns.DnsContextFactory");
        settings.put(Context.PROVIDER_URL, resolver.isEmpty() ? "dns:" : "dns://" + resolver);
        settings.put("com.sun.jndi.dns.timeout.initial", TIMEOUT_MILLIS);
        settings.put("com.sun.jndi.dns.timeout.retries", TRIES);
        return settings;
    }

    private static List<InetAddress> ordered(List<InetAddress> found) {
        return Stream.concat(
                        found.stream().filter(each -> each.getAddress().length > 4),
                        found.stream().filter(each -> each.getAddress().length == 4))
                .distinct()
                .toList();
    }
}
