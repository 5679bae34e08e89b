package io.casemate.policy;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.barrier.MemoryView;
import io.casemate.kernel.Caller;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Request;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A judgement under 100 policies of 100 rules costs a few microseconds of processor time; the bound here is wide. */
class AclSpeedTest {
    private static final int POLICIES = 100;
    private static final int RULES = 100;
    private static final int WARM_UP = 20_000;
    private static final int ASKED = 100_000;

    @Test
    void judges_ten_thousand_rules_in_microseconds() {
        PolicyStore store = new PolicyStore(new MemoryView());
        List<String> names = new ArrayList<>();
        for (int policy = 0; policy < POLICIES; policy++) {
            store.write("p" + policy, text(policy));
            names.add("p" + policy);
        }
        Caller caller = Asking.holding(names.toArray(String[]::new));
        List<Request> requests = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            requests.add(
                    Asking.to(Operation.READ, "secret/data/team" + i % POLICIES + "/app" + i % RULES + "/config/db"));
            requests.add(Asking.to(Operation.LIST, "secret/metadata/team" + i % POLICIES + "/x" + i + "/"));
        }
        long allowed = ask(store, caller, requests, WARM_UP);
        ThreadMXBean cpu = ManagementFactory.getThreadMXBean();
        long start = cpu.getCurrentThreadCpuTime();
        allowed += ask(store, caller, requests, ASKED);
        double micros = (cpu.getCurrentThreadCpuTime() - start) / 1000.0 / ASKED;
        System.getLogger("casemate.policy").log(System.Logger.Level.INFO, "judgement: {0} us", micros);
        assertTrue(allowed > 0);
        assertTrue(micros < 25, () -> "a judgement took " + micros + " us");
    }

    private static long ask(PolicyStore store, Caller caller, List<Request> requests, int times) {
        long allowed = 0;
        for (int i = 0; i < times; i++) {
            allowed += store.judge(caller, requests.get(i % requests.size()), false)
                            .allowed()
                    ? 1
                    : 0;
        }
        return allowed;
    }

    private static String text(int policy) {
        StringBuilder text = new StringBuilder();
        for (int rule = 0; rule < RULES; rule++) {
            String pattern = switch (rule % 4) {
                case 0 -> "secret/data/team" + policy + "/app" + rule + "/*";
                case 1 -> "secret/data/+/app" + rule + "/config/x" + policy + "*";
                case 2 -> "secret/metadata/team" + policy + "/app" + rule;
                default -> "secret/+/team" + policy + "/app" + rule + "/+/db";
            };
            text.append("path \"").append(pattern).append("\" { capabilities = [\"read\", \"list\"] }\n");
        }
        return text.toString();
    }
}
