package io.casemate.http;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.net.spi.InetAddressResolver;
import java.net.spi.InetAddressResolverProvider;
import java.util.stream.Stream;

/**
 * No address is ever turned back into a name, in the whole process: Helidon asks for the peer's name on every TLS
 * connection and would wait for an unreachable resolver each time, and nothing in a secrets server may rest on what a
 * reverse zone says. Names are resolved to addresses as usual. Found by {@link java.util.ServiceLoader}.
 */
public final class NumericPeers extends InetAddressResolverProvider {
    /** For the service loader. */
    public NumericPeers() {}

    @Override
    public InetAddressResolver get(Configuration configuration) {
        return new ForwardOnly(configuration.builtinResolver());
    }

    @Override
    public String name() {
        return "casemate-numeric-peers";
    }

    private record ForwardOnly(InetAddressResolver builtin) implements InetAddressResolver {
        @Override
        public Stream<InetAddress> lookupByName(String host, LookupPolicy policy) throws UnknownHostException {
            return builtin.lookupByName(host, policy);
        }

        @Override
        public String lookupByAddress(byte[] address) throws UnknownHostException {
            throw new UnknownHostException("addresses are not resolved to names");
        }
    }
}
