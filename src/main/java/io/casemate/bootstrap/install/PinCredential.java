package io.casemate.bootstrap.install;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Optional;

/** The HSM's PIN as a file that systemd alone decrypts. Until the server is initialised, a corrected PIN takes its place. */
final class PinCredential {
    private final Path place;
    private final Sealing sealing;

    /** How it is encrypted. */
    interface Sealing {
        /** With the key of the TPM, or else of the machine, as systemd chooses. */
        Sealing SYSTEMD = new SystemdCreds();

        /** Writes the file anew. */
        void seal(byte[] pin, Path place) throws IOException, InterruptedException;

        /** What is in the file. */
        byte[] open(Path place) throws IOException, InterruptedException;
    }

    /**
     * What is asked of systemd-creds(1). It binds to the TPM's PCR 7 unless told otherwise, and an update of the firmware's
     * revocations or of shim changes that: the unit would fail at the next boot, and the server stay sealed.
     */
    static String[] sealing(Path place) {
        return new String[] {"encrypt", "--tpm2-pcrs=", "--name=hsm-pin", "-", place.toString()};
    }

    private record SystemdCreds() implements Sealing {
        @Override
        public void seal(byte[] pin, Path place) throws IOException, InterruptedException {
            Programs.feed(pin, "systemd-creds", sealing(place));
        }

        @Override
        public byte[] open(Path place) throws IOException, InterruptedException {
            return Programs.bytes("systemd-creds", "decrypt", "--name=hsm-pin", place.toString(), "-");
        }
    }

    PinCredential(Path place, Sealing sealing) {
        this.place = place;
        this.sealing = sealing;
    }

    /**
     * Sees that it is there.
     *
     * @param file that holds the PIN; it may be gone when there is a credential
     * @param initialised whether the server has been initialised with the PIN that is there
     * @return what was done, for the operator
     */
    String keep(Optional<Path> file, boolean initialised) throws IOException, InterruptedException {
        boolean given = file.isPresent() && Files.isReadable(file.get());
        boolean there = Files.exists(place);
        if (there && (initialised || !given)) {
            return "its PIN is there";
        }
        if (!given) {
            throw new IOException(place + " is missing: name a file with the PIN as hsm.pin, or make it by"
                    + " systemd-creds encrypt --tpm2-pcrs= --name=hsm-pin - " + place);
        }
        byte[] pin = withoutLineBreak(Files.readAllBytes(file.get()));
        try {
            if (there && holds(pin)) {
                return "its PIN is there";
            }
            sealing.seal(pin, place);
            return "its PIN is encrypted to this machine" + (there ? ", in place of another one" : "") + ": delete "
                    + file.get();
        } finally {
            Arrays.fill(pin, (byte) 0);
        }
    }

    /** One that cannot be opened on this machine is not the same. */
    private boolean holds(byte[] pin) throws InterruptedException {
        byte[] found;
        try {
            found = sealing.open(place);
        } catch (IOException e) {
            return false;
        }
        try {
            return MessageDigest.isEqual(found, pin);
        } finally {
            Arrays.fill(found, (byte) 0);
        }
    }

    private static byte[] withoutLineBreak(byte[] text) {
        int length = text.length;
        while (length > 0 && (text[length - 1] == '\n' || text[length - 1] == '\r')) {
            length--;
        }
        byte[] kept = Arrays.copyOf(text, length);
        Arrays.fill(text, (byte) 0);
        return kept;
    }
}
