package io.casemate.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.crypto.Tools;
import io.casemate.kernel.FaultException;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An initialisation whose shares and root token only their holders can read. */
class InitRecipientsTest {
    @TempDir
    private static Path folder;

    private static Tools tools;
    private static List<String> holders;

    @BeforeAll
    static void keys() throws Exception {
        tools = new Tools(folder);
        String pgp = tools.gpgExport(tools.gpgKey("anna@example.test", "future-default", "default", "1y"));
        String card = tools.certificate("card", "-newkey", "rsa:2048");
        holders = List.of(pgp, tools.ageKey("age.key"), card);
    }

    @AfterAll
    static void stop() throws Exception {
        tools.close();
    }

    private static InitRequest request(List<String> recipients, String token) {
        return new InitRequest(new ShareOrder(3, 3, List.of(), recipients), ShareOrder.none(), "", token);
    }

    @Test
    void everyHolderReadsHisOwnShareAndTogetherTheyUnseal() throws Exception {
        Server server = Server.shamir();
        try (InitResult result = server.initialiser().initialise(request(holders, holders.get(1)))) {
            List<String> messages = result.shares().base64();
            assertEquals(3, result.shares().fingerprints().size());
            assertEquals(holders.get(1), result.shares().fingerprints().get(1));
            server.offer(tools.gpgDecrypt(decoded(messages.get(0))));
            server.offer(tools.ageDecrypt("age.key", decoded(messages.get(1))));
            server.offer(tools.cmsDecrypt("card", decoded(messages.get(2))));
            assertEquals("hvs.root", tools.ageDecrypt("age.key", decoded(result.rootTokenText())));
        }
        assertFalse(server.unsealer().sealed());
    }

    @Test
    void aKeyThatCannotBeUsedStopsItBeforeAnythingChanges() {
        Server server = Server.shamir();
        List<String> one =
                List.of(holders.get(0), holders.get(1), holders.get(1).replace('q', 'p') + "p");
        FaultException e =
                assertThrows(FaultException.class, () -> server.initialiser().initialise(request(one, "")));
        assertTrue(e.getMessage().startsWith("key 3 of 3: "), e::getMessage);
        e = assertThrows(FaultException.class, () -> server.initialiser().initialise(request(holders, "x")));
        assertTrue(e.getMessage().startsWith("root token: key 1 of 1: "), e::getMessage);
        assertEquals(0, server.keyring.saves);
        assertEquals(0, server.storage.commits.get());
    }

    private static byte[] decoded(String base64) {
        return Base64.getDecoder().decode(base64);
    }
}
