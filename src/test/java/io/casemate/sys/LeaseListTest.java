package io.casemate.sys;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.casemate.barrier.MemoryView;
import io.casemate.core.lease.LeaseBook;
import io.casemate.core.lease.MountedLeaseIssuers;
import io.casemate.engine.Endpoint;
import io.casemate.engine.EndpointTable;
import io.casemate.engine.Paging;
import io.casemate.kernel.Caller;
import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Request;
import io.casemate.kernel.Requests;
import io.casemate.kernel.Response;
import io.casemate.lease.Leases;
import io.casemate.mount.MountConfig;
import io.casemate.policy.PolicyStore;
import io.casemate.token.TokenLeases;
import io.casemate.token.TokenStore;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A busy login path has a lease for each token that lives. */
class LeaseListTest {
    private static final String FOLDER = "leases/lookup/auth/x/login/";

    private final MemoryView storage = new MemoryView();

    @Test
    void what_is_too_much_for_one_answer_is_paged() {
        storage.transact(editor -> {
            for (int i = 0; i <= Paging.MOST; i++) {
                editor.put("token/lease/auth/x/login/h" + i, new byte[] {1});
            }
            return null;
        });
        FaultException refused = assertThrows(FaultException.class, () -> list(Map.of()));
        assertInstanceOf(Fault.BadRequest.class, refused.fault());
        assertEquals(List.of("h0", "h1", "h10"), list(Map.of("limit", "3")));
        assertEquals(List.of("h100", "h1000"), list(Map.of("limit", "2", "after", "h10")));
    }

    private List<?> list(Map<String, Object> paging) {
        Request request = Requests.of(Operation.LIST, FOLDER, paging);
        Response answer = new EndpointTable(endpoints())
                .find(request.path(), request.operation())
                .orElseThrow(Fault::notFound)
                .dispatch(request, Caller.anonymous());
        return (List<?>) ((Response.Content.Data) answer.content()).data().get("keys");
    }

    private List<Endpoint> endpoints() {
        InstantSource clock = InstantSource.system();
        SecureRandom random = new SecureRandom();
        TokenStore tokens = new TokenStore(storage.below("token/"), random, clock, MountConfig.DEFAULT::ttls);
        Leases leases =
                new Leases(storage.below("lease/"), new MountedLeaseIssuers(_ -> Optional.empty()), random, clock);
        LeaseBook book = new LeaseBook(leases, new TokenLeases(storage.below("token/"), tokens), clock);
        return new LeaseEndpoints(book, new PolicyStore(storage.below("policy/"))).endpoints();
    }
}
