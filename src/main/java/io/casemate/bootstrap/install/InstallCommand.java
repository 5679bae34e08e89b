package io.casemate.bootstrap.install;

import io.casemate.bootstrap.ProgramFlags;
import io.casemate.config.InstallAnswers;
import io.casemate.kernel.Fault;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.util.List;

/** {@code casemate install}. */
public final class InstallCommand {
    private static final int LONGEST_TOKEN = 4096;

    private InstallCommand() {}

    /**
     * Runs it to its end.
     *
     * @return the exit code: 0 when everything is done, 1 when not
     */
    public static int run(List<String> words, PrintStream out) {
        if (ProgramFlags.help(words)) {
            out.print(InstallOptions.USAGE);
            return 0;
        }
        InstallOptions options = InstallOptions.parse(words);
        try {
            Path file = options.answers().isPresent()
                    ? options.answers().get()
                    : Interview.hold(options.root(), System.console());
            InstallAnswers answers = InstallAnswers.load(file, new InputsLeft(options.root())::needed);
            InstallSite site = new InstallSite(options.root(), answers.user());
            Installation installation = new Installation(answers, site, out);
            if (options.dryRun()) {
                installation.plan();
                return 0;
            }
            return alone(site, () -> installation.run(options.tokenFromInput() ? token() : ""));
        } catch (IOException | GeneralSecurityException e) {
            throw new Fault.Misconfigured(List.of(e.getMessage() + "; run it again when that is put right"))
                    .causedBy(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 130;
        }
    }

    /** What an installation does while nobody else does. */
    private interface Work {
        void run() throws IOException, GeneralSecurityException, InterruptedException;
    }

    private static int alone(InstallSite site, Work work)
            throws IOException, GeneralSecurityException, InterruptedException {
        Path folder = site.state().getParent();
        Files.createDirectories(
                folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        try (FileChannel channel =
                        FileChannel.open(folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock lock = channel.tryLock()) {
            if (lock == null) {
                throw new IOException("another installation is running");
            }
            work.run();
            return 0;
        }
    }

    private static String token() throws IOException {
        return new String(System.in.readNBytes(LONGEST_TOKEN), StandardCharsets.UTF_8).strip();
    }
}
