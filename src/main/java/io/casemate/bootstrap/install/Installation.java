package io.casemate.bootstrap.install;

import io.casemate.bootstrap.LocalServer;
import io.casemate.config.InstallAnswers;
import io.casemate.http.TlsFiles;
import io.casemate.kernel.Fault;
import java.io.IOException;
import java.io.PrintStream;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/** Runs the steps in their order, and goes on where an earlier run was cut short. */
final class Installation {
    /** {@code User=} of casemate.service. */
    private static final String UNITS_USER = "casemate";

    private final InstallAnswers answers;
    private final InstallSite site;
    private final PrintStream out;
    private final SecureRandom random = new SecureRandom();
    private final InstantSource clock = InstantSource.system();
    private final List<String> holders;
    private final InstallState state;
    private int number;

    /**
     * Looks at everything that can be wrong in the answers first.
     *
     * @throws io.casemate.kernel.FaultException {@code Misconfigured}
     */
    Installation(InstallAnswers answers, InstallSite site, PrintStream out) throws IOException {
        this.answers = answers;
        this.site = site;
        this.out = out;
        if (site.units(answers) && !answers.user().equals(UNITS_USER)) {
            throw new Fault.Misconfigured(List.of("user: the package's units run the server as " + UNITS_USER
                            + ", not as " + answers.user()
                            + ": leave user out, or start the server yourself (service: external)"))
                    .asException();
        }
        this.state = new InstallState(site, clock);
        this.holders = state.done(InitStep.NAME) ? List.of() : ShareHolders.keys(answers, random, clock);
        if (new InputsLeft(site.root()).needed(InstallAnswers.Input.LISTENER)) {
            answers.tls().files().ifPresent(files -> TlsFiles.check(files.certificate(), files.key()));
        }
    }

    /** Tells what would be done; changes nothing. */
    void plan() {
        List<Step> steps = new ArrayList<>(before());
        steps.addAll(new InitStep(answers, site, null, holders).all());
        steps.addAll(new AdminSteps(answers, site, null, out, clock).all());
        for (Step step : steps) {
            say(step, step.once() && state.done(step.name()) ? "done before" : "would " + step.plan());
        }
    }

    /**
     * Does it.
     *
     * @param token of root, when an earlier run was cut short after it had initialised the server; else empty
     */
    void run(String token) throws IOException, GeneralSecurityException, InterruptedException {
        for (Step step : before()) {
            run(step);
        }
        try (LocalServer server = new LocalServer(ServiceStep.host(answers), answers.port(), site.certificate())) {
            server.use(token);
            for (Step step : new InitStep(answers, site, server, holders).all()) {
                run(step);
            }
            for (Step step : new AdminSteps(answers, site, server, out, clock).all()) {
                run(step);
            }
        }
    }

    private List<Step> before() {
        List<Step> steps = new ArrayList<>(new MachineSteps(answers, site).all());
        steps.add(new TlsStep(answers.tls(), site, random, clock).step());
        steps.add(new ConfigStep(answers, site).step());
        steps.add(new TokenStep(answers, site, random).step());
        boolean initialised = state.done(InitStep.NAME);
        steps.addAll(new UnitSteps(answers, site, initialised).all());
        steps.add(new ServiceStep(answers, site, out, initialised).step());
        return steps;
    }

    private void run(Step step) throws IOException, GeneralSecurityException, InterruptedException {
        if (step.once() && state.done(step.name())) {
            say(step, "done before");
            return;
        }
        String done = step.run();
        if (step.once()) {
            state.note(step.name());
        }
        say(step, done);
    }

    private void say(Step step, String what) {
        number++;
        out.printf("%3d  %-12s %s%n", number, step.name(), what);
        out.flush();
    }
}
