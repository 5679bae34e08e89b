package io.casemate.bootstrap.install;

import io.casemate.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;

/** Which steps were done and when: what an installation that was cut short goes on from. Holds no secret. */
final class InstallState {
    private static final String STEPS = "steps";

    private final InstallSite site;
    private final InstantSource clock;
    private final Map<String, Object> done = new LinkedHashMap<>();

    /** As it was left. */
    InstallState(InstallSite site, InstantSource clock) throws IOException {
        this.site = site;
        this.clock = clock;
        if (Files.exists(site.state())
                && Json.object(Files.readAllBytes(site.state())).get(STEPS) instanceof Map<?, ?> steps) {
            steps.forEach((name, when) -> done.put((String) name, when));
        }
    }

    boolean done(String step) {
        return done.containsKey(step);
    }

    /** Durably, before the next step begins. */
    void note(String step) throws IOException {
        done.put(step, clock.instant().toString());
        site.directory(site.state().getParent(), "rwx------", false);
        byte[] json = Json.bytes(Map.of("version", 1, STEPS, done));
        site.write(site.state(), new String(json, StandardCharsets.UTF_8) + "\n", "rw-------", false);
    }
}
