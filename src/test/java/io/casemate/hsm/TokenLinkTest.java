package io.casemate.hsm;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.casemate.hsm.jna.CFunction;
import org.junit.jupiter.api.Test;

class TokenLinkTest {
    /** Their numbers begin anew, so that closing them late would end sessions that are in use. */
    @Test
    void sessions_from_before_the_library_was_begun_anew_are_not_closed_afterwards() throws Exception {
        try (FaultyModule module = new FaultyModule();
                SoftHsmFixture token = module.token("link")) {
            TokenLink link = new TokenLink(token.settings(), HsmEvents.UNHEARD);
            Connection former = link.run(TokenLinkTest::used);
            link.renew();
            link.run(TokenLinkTest::used);

            long closed = module.calls(CFunction.C_CloseSession);
            link.end(former, former::close);
            assertEquals(closed, module.calls(CFunction.C_CloseSession));
            link.close();
        }
    }

    private static Connection used(Connection connection) {
        connection.with(session -> session.module().sessionState(session.handle()));
        return connection;
    }
}
