package io.casemate.engine.pki.acme.challenge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a name stands for where no resolver is configured. */
class LookupTest {
    /** The domains of the machine's search list belong to others than who holds the name. */
    @Test
    void the_machine_is_asked_for_the_absolute_name_after_its_own_list(@TempDir Path folder) throws IOException {
        Path hosts = Files.writeString(
                folder.resolve("hosts"),
                "127.0.0.1 localhost # local\n\n#1.2.3.4 db.prod\n::1\tlocalhost DB.local\nx db.prod\n");
        List<String> asked = new ArrayList<>();
        Lookup lookup = new Lookup("", new HostsFile(hosts), name -> {
            asked.add(name);
            return InetAddress.getAllByName("192.0.2.1");
        });
        assertEquals(List.of(InetAddress.ofLiteral("192.0.2.1")), lookup.addresses("db.prod"));
        assertEquals(List.of(InetAddress.ofLiteral("::1")), lookup.addresses("db.local"));
        assertEquals(
                List.of(InetAddress.ofLiteral("::1"), InetAddress.ofLiteral("127.0.0.1")),
                lookup.addresses("localhost"));
        assertEquals(List.of("db.prod."), asked);
        Lookup none = new Lookup("", new HostsFile(folder.resolve("none")), name -> {
            throw new UnknownHostException(name);
        });
        assertThrows(IOException.class, () -> none.addresses("db"));
    }
}
