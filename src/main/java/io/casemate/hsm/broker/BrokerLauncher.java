package io.casemate.hsm.broker;

import java.io.IOException;
import java.nio.channels.SocketChannel;

/** Gets a broker to talk to, a new one each time. */
interface BrokerLauncher {
    /**
     * Starts or reaches one; blocks until it is connected, some seconds at most.
     *
     * @throws IOException with a text for the operator
     */
    Started start() throws IOException;

    /** One broker, connected. */
    interface Started extends AutoCloseable {
        SocketChannel socket();

        /** Ends it now, whatever it is doing, and says how it ended, in words for the operator. Called once the socket is closed. */
        String kill();

        /** Lets it end by itself, since its socket is closed, and ends it if it does not. */
        @Override
        void close();
    }
}
