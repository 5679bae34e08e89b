package io.casemate.http;

import io.helidon.service.registry.GlobalServiceRegistry;
import io.helidon.service.registry.ServiceRegistryConfig;
import io.helidon.service.registry.ServiceRegistryManager;

/**
 * Helidon's registry of services, left empty, and its list of its own features for the log, not made. By itself it opens every
 * jar at every start and reads what each one offers; we name what we use.
 */
final class NothingDiscovered {
    private static final ServiceRegistryManager EMPTY = ServiceRegistryManager.create(ServiceRegistryConfig.builder()
            .discoverServices(false)
            .discoverServicesFromServiceLoader(false)
            .build());

    private NothingDiscovered() {}

    /** Makes this so for the process; before Helidon asks for its registry. */
    static void settle() {
        System.setProperty("io.helidon.metadata.mode", "none");
        if (!GlobalServiceRegistry.configured()) {
            GlobalServiceRegistry.registry(EMPTY.registry());
        }
    }
}
