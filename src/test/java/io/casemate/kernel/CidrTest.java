package io.casemate.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CidrTest {
    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8,10.1.0.0/16,true",
        "10.0.0.0/8,10.0.0.0/8,true",
        "10.0.0.0/8,10.1.2.3,true",
        "10.0.0.0/8,10.0.0.0/7,false",
        "10.0.0.0/8,11.0.0.0/16,false",
        "10.1.2.3,10.1.2.3/32,true",
        "10.1.2.3,10.1.2.0/24,false",
        "0.0.0.0/0,1.2.3.4,true",
        "::/0,1.2.3.4,false",
        "2001:db8::/32,2001:db8:1::/48,true",
        "2001:db8::/32,2001:db9::/48,false",
        "10.0.0.0/8,nonsense,false"
    })
    void tells_whether_a_block_lies_in_another(String outer, String inner, boolean lies) {
        assertEquals(lies, Cidr.anyContains(List.of("192.0.2.0/24", outer), inner));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "localhost", "10.0.0.0/33", "10.0.0/8", "10.0.0.0/", "10.0.0.0/-1", "::1/129", "1.2.3.4/08x"
            })
    void refuses_what_is_no_block(String block) {
        assertThrows(FaultException.class, () -> Cidr.check(List.of(block)));
    }

    @Test
    void refuses_a_megabyte_as_fast_as_a_word() {
        String endless = ":".repeat(1 << 20) + "x";
        assertTimeoutPreemptively(Duration.ofSeconds(2), () -> refuses_what_is_no_block(endless));
    }
}
