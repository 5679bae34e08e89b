package io.casemate.bootstrap.install;

import io.casemate.config.InstallAnswers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;

/** Which of the files that the answers name an installation still needs: those of steps that are done may have been deleted. */
final class InputsLeft {
    private final InstallSite site;
    private final InstallState state;

    InputsLeft(Path root) throws IOException {
        site = new InstallSite(root, "");
        state = new InstallState(site, InstantSource.system());
    }

    boolean needed(InstallAnswers.Input input) {
        return switch (input) {
            // below another root there is no unit that would take it
            case PIN -> site.live() && !Files.exists(UnitSteps.CREDENTIAL);
            case LISTENER -> !Files.exists(site.certificate()) || !Files.exists(site.key());
            case ADMINISTRATOR -> !state.done(AdminSteps.LAST);
        };
    }
}
