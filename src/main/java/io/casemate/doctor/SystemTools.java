package io.casemate.doctor;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The programs of this machine. */
final class SystemTools implements Tools {
    private static final List<String> DIRECTORIES = List.of("/usr/sbin", "/usr/bin", "/sbin", "/bin");
    private static final int PATIENCE = 5;
    private static final int LONGEST = 4 << 20;
    private static final int LONGEST_ANSWER = 4096;

    @Override
    public String run(String program, List<String> arguments) {
        List<String> words = new ArrayList<>(List.of(place(program).toString()));
        words.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(words).redirectErrorStream(true);
        builder.environment().clear();
        builder.environment().put("LC_ALL", "C.UTF-8");
        try {
            Process process = builder.start();
            process.getOutputStream().close();
            return output(program, process);
        } catch (IOException e) {
            throw new UnreadableException(program + " cannot be started: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UnreadableException(program + " was interrupted");
        }
    }

    @Override
    public String question(String file, String words) {
        try (FileChannel channel = FileChannel.open(Path.of(file), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(words.getBytes(StandardCharsets.US_ASCII)), 0);
            ByteBuffer answer = ByteBuffer.allocate(LONGEST_ANSWER);
            int length = channel.read(answer, 0);
            return new String(answer.array(), 0, Math.max(0, length), StandardCharsets.US_ASCII);
        } catch (IOException e) {
            throw new UnreadableException(file + " does not answer: " + e.getMessage());
        }
    }

    private static String output(String program, Process process) throws InterruptedException, IOException {
        CompletableFuture<byte[]> reading = new CompletableFuture<>();
        Thread.startVirtualThread(() -> {
            try (var in = process.getInputStream()) {
                reading.complete(in.readNBytes(LONGEST));
            } catch (IOException e) {
                reading.completeExceptionally(e);
            }
        });
        try {
            String text = new String(reading.get(PATIENCE, TimeUnit.SECONDS), StandardCharsets.UTF_8);
            if (process.waitFor(1, TimeUnit.SECONDS) && process.exitValue() == 0) {
                return text;
            }
            throw new UnreadableException(program + " failed: " + firstLine(text));
        } catch (ExecutionException e) {
            throw new UnreadableException(
                    program + " cannot be read: " + e.getCause().getMessage());
        } catch (TimeoutException e) {
            throw new UnreadableException(program + " did not answer within " + PATIENCE + " s");
        } finally {
            process.destroyForcibly();
        }
    }

    private static Path place(String program) {
        Optional<Path> found = DIRECTORIES.stream()
                .map(directory -> Path.of(directory, program))
                .filter(Files::isExecutable)
                .findFirst();
        return found.orElseThrow(() -> new UnreadableException(program + " is not installed, so it cannot be asked"));
    }

    private static String firstLine(String text) {
        return text.lines().findFirst().orElse("no message");
    }
}
