package io.casemate.auth.cert;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;

/** Serial numbers in little memory: sorted, some 40 bytes each. */
final class RevokedSerials {
    private final byte[][] sorted;

    RevokedSerials(Collection<BigInteger> serials) {
        this.sorted = serials.stream()
                .map(BigInteger::toByteArray)
                .sorted(Arrays::compare)
                .toArray(byte[][]::new);
    }

    boolean contains(BigInteger serial) {
        return Arrays.binarySearch(sorted, serial.toByteArray(), Arrays::compare) >= 0;
    }

    /** In decimal. */
    List<String> texts() {
        return Arrays.stream(sorted)
                .map(bytes -> new BigInteger(bytes).toString())
                .toList();
    }
}
