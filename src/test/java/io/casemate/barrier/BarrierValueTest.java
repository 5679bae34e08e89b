package io.casemate.barrier;

import static io.casemate.barrier.Lab.bytes;
import static io.casemate.barrier.Lab.fails;
import static io.casemate.barrier.Lab.text;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.kernel.Fault.StorageProblem;
import io.casemate.kernel.SecretBytes;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class BarrierValueTest {
    private static final HexFormat HEX = HexFormat.of();

    @Test
    void oneTransactionOnTwoViewsIsDoneOrUndoneAsOne() {
        Lab lab = Lab.open();
        View one = lab.barrier.view("one/");
        View two = lab.barrier.view("two/");
        assertThrows(
                IllegalStateException.class,
                () -> one.transact(editor -> {
                    editor.put("k", bytes("a"));
                    editor.on(two).put("k", bytes("b"));
                    throw new IllegalStateException("undone");
                }));
        assertTrue(one.get("k").isEmpty() && two.get("k").isEmpty());
        one.transact(editor -> {
            editor.put("k", bytes("a"));
            editor.on(two).put("k", bytes("b"));
            assertEquals(List.of("k"), editor.on(two).list("", "", 2));
            return null;
        });
        assertEquals("a", text(one, "k"));
        assertEquals("b", text(two, "k"));
        View foreign = Lab.open().barrier.view("two/");
        assertThrows(IllegalArgumentException.class, () -> one.transact(editor -> editor.on(foreign)));
    }

    @Test
    void readsValuesThatOtherCodeMade() throws IOException {
        try (InputStream in = BarrierValueTest.class.getResourceAsStream("values.txt")) {
            List<String> lines = new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
            assertEquals(4, lines.size());
            for (String line : lines) {
                String[] column = line.split(" ");
                DataKey key = new DataKey(
                        Integer.parseUnsignedInt(column[1]),
                        Instant.EPOCH,
                        SecretBytes.owning(HEX.parseHex(column[2])),
                        0,
                        new SecureRandom());
                byte[] plaintext = column[3].equals("-") ? new byte[0] : HEX.parseHex(column[3]);
                try (Keyring ring = new Keyring(List.of(key), RotationPolicy.DEFAULT)) {
                    assertArrayEquals(plaintext, ValueCodec.open(ring, column[0], HEX.parseHex(column[4])));
                    assertArrayEquals(
                            plaintext, ValueCodec.open(ring, column[0], ValueCodec.seal(key, column[0], plaintext)));
                }
            }
        }
    }

    @Test
    void layoutIsTermVersionNonceCiphertextTag() {
        Lab lab = Lab.open();
        lab.view().put("a", bytes("four"));
        byte[] stored = lab.storage.raw().get("t/a");
        assertEquals(4 + 1 + 12 + 4 + 16, stored.length);
        assertArrayEquals(new byte[] {0, 0, 0, 1, 2}, Arrays.copyOf(stored, 5));
    }

    @Test
    void everyFlippedBitIsAnErrorThatNamesTheEntry() {
        Lab lab = Lab.open();
        lab.view().put("a", bytes("value"));
        byte[] stored = lab.storage.raw().get("t/a");
        for (int bit = 0; bit < stored.length * 8; bit++) {
            byte[] flipped = stored.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            lab.storage.damage("t/a", flipped);
            var fault = fails(StorageProblem.CORRUPT, () -> lab.view().get("a"));
            assertTrue(fault.detail().contains("'t/a'"), fault.detail());
            fails(StorageProblem.CORRUPT, () -> lab.view().transact(editor -> editor.get("a")));
        }
        for (int length = 0; length < stored.length; length++) {
            lab.storage.damage("t/a", Arrays.copyOf(stored, length));
            fails(StorageProblem.CORRUPT, () -> lab.view().get("a"));
        }
        lab.storage.damage("t/a", stored);
        assertEquals("value", text(lab.view(), "a"));
    }

    @Test
    void valuesCannotSwapPlaces() {
        Lab lab = Lab.open();
        lab.view().put("a", bytes("one"));
        lab.view().put("b", bytes("two"));
        byte[] a = lab.storage.raw().get("t/a");
        lab.storage.damage("t/a", lab.storage.raw().get("t/b"));
        lab.storage.damage("t/b", a);
        fails(StorageProblem.CORRUPT, () -> lab.view().get("a"));
        fails(StorageProblem.CORRUPT, () -> lab.view().get("b"));
    }

    @Test
    void everyFlippedByteOfTheKeyringRecordsKeepsItShut() {
        Lab lab = Lab.open();
        lab.view().put("a", bytes("value"));
        lab.barrier.rotate();
        var good = lab.keyring.snapshot();
        for (String name : List.of(BootRecords.KEYRING, BootRecords.KEYRING_KEY)) {
            for (int i = 0; i < good.get(name).length; i++) {
                var bad = lab.keyring.snapshot();
                bad.get(name)[i] ^= 0x10;
                lab.keyring.restore(bad);
                AesGcmBarrier next = lab.restarted();
                try (SecretBytes key = lab.rootKey()) {
                    fails(i == 0 ? StorageProblem.NEWER : StorageProblem.CORRUPT, () -> next.open(key));
                }
                assertTrue(next.sealed());
                lab.keyring.restore(good);
            }
        }
        lab.crash();
        assertEquals("value", text(lab.view(), "a"));
    }

    @Test
    void nothingOfThePlaintextIsStored() {
        Lab lab = Lab.open();
        lab.view().put("a", bytes("find me if you can"));
        lab.storage
                .raw()
                .values()
                .forEach(stored -> assertFalse(new String(stored, StandardCharsets.ISO_8859_1).contains("find me")));
    }
}
