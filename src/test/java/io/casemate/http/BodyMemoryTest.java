package io.casemate.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;

/** Who gets how much, with 64 MiB for all. */
class BodyMemoryTest {
    private static final long ALL = 64L << 20;
    private static final int STEP = 65_536;

    private final BodyMemory memory = new BodyMemory(ALL);

    @Test
    void aLongestBodyFitsWithWhatItIsParsedTo() {
        long got = greedy("192.0.2.1");
        assertTrue(got >= 40L << 20, "" + got);
        assertTrue(memory.most() <= got && memory.most() > got - (1 << 20), "" + memory.most());
    }

    @Test
    void whatCanNeverFitIsSaidToBeTooLarge() {
        FaultException refused =
                assertThrows(FaultException.class, () -> claim("192.0.2.1").take(ALL));
        assertEquals(new Fault.TooLarge(memory.most()), refused.fault());
    }

    @Test
    void oneAddressLeavesRoomForOthers() {
        for (int i = 0; i < 200; i++) {
            greedy("192.0.2.1");
        }
        assertTrue(greedy("192.0.2.2") >= 3 << 20);
        FaultException refused =
                assertThrows(FaultException.class, () -> claim("192.0.2.1").take(2 << 20));
        assertInstanceOf(Fault.Unavailable.class, refused.fault());
    }

    @Test
    void anIpv6NetworkIsOneAddress() {
        for (int i = 0; i < 200; i++) {
            greedy("2001:db8::" + Integer.toHexString(i + 1));
        }
        assertTrue(greedy("2001:db8:0:1::1") >= 3 << 20);
    }

    /** The clients of one proxy all have its address. */
    @Test
    void greedyRequestsOfOneAddressLeaveItsOthersAShare() {
        for (int i = 0; i < 6; i++) {
            greedy("192.0.2.1");
        }
        assertTrue(greedy("192.0.2.1") >= 256 << 10);
    }

    @Test
    void smallRequestsGetThroughWhateverTheLargeOnesHold() {
        for (int i = 0; i < 100; i++) {
            for (int host = 1; host < 100; host++) {
                greedy("192.0.2." + host);
            }
        }
        for (int i = 0; i < 100; i++) {
            claim("192.0.2.1").take(4096);
        }
    }

    @Test
    void aThousandSmallOnesThatStayLeaveRoomForTheNext() {
        for (int i = 0; i < 10_000; i++) {
            grow(claim("192.0.2.1"), 512); // and stays
        }
        claim("192.0.2.1").take(400);
        claim("192.0.2.2").take(4096);
    }

    @Test
    void whatIsGivenBackIsThereAgain() {
        for (int i = 0; i < 1000; i++) {
            try (BodyMemory.Claim claim = claim("192.0.2.1")) {
                assertTrue(grow(claim, STEP) >= 40L << 20);
            }
        }
    }

    private long greedy(String address) {
        return grow(claim(address), STEP);
    }

    private static long grow(BodyMemory.Claim claim, int step) {
        long got = 0;
        try {
            while (true) {
                claim.take(step);
                got += step;
            }
        } catch (FaultException e) {
            return got;
        }
    }

    private BodyMemory.Claim claim(String address) {
        try {
            return memory.claim(InetAddress.getByName(address));
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(e);
        }
    }
}
