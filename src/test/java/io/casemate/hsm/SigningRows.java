package io.casemate.hsm;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.casemate.crypto.KeyKind;
import io.casemate.crypto.Signer;
import io.casemate.kernel.Fault.HsmFailed;
import io.casemate.kernel.Fault.HsmProblem;
import io.casemate.kernel.FaultException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Key pairs that sign, as CAs have them. */
final class SigningRows {
    static final List<Row> ALL = rows();

    private SigningRows() {}

    private static List<Row> rows() {
        List<Row> rows = new ArrayList<>();
        Arrays.stream(KeyKind.values())
                .filter(kind -> !kind.type().equals("ml-dsa"))
                .map(kind -> new Row("signs by " + name(kind), token -> signs(token, kind)))
                .forEach(rows::add);
        rows.add(new Row("a name that is taken", SigningRows::taken));
        return List.copyOf(rows);
    }

    private static String name(KeyKind kind) {
        return switch (kind) {
            case EC_P256, EC_P384, EC_P521 -> "EC P-" + kind.bits();
            case RSA_2048, RSA_3072, RSA_4096 -> "RSA " + kind.bits();
            case ED25519 -> "Ed25519";
            case ML_DSA_44, ML_DSA_65, ML_DSA_87 -> "ML-DSA " + kind.bits();
        };
    }

    private static String signs(ModuleToken token, KeyKind kind) throws Exception {
        SigningContract.signsWhatJavaVerifies(token, kind, generate(token, kind.name(), kind));
        return "yes";
    }

    private static Signer generate(ModuleToken token, String name, KeyKind kind) throws CannotException {
        try {
            return token.hsm().signers().generate(name, kind);
        } catch (FaultException e) {
            HsmFailed failed = (HsmFailed) e.fault();
            assertEquals(HsmProblem.SETUP, failed.problem(), failed.toString());
            String stays = "a key of no use stays, after " + failed;
            assertEquals(0, RawToken.count(token, KeyRef.privateKey(name, "")), stays);
            assertEquals(0, RawToken.count(token, KeyRef.publicKey(name, "")), stays);
            throw CannotException.because(failed);
        }
    }

    private static String taken(ModuleToken token) throws CannotException {
        generate(token, "taken", KeyKind.RSA_2048);
        HsmFailed failed = WrappingKeyTest.assertProblem(
                HsmProblem.SETUP, () -> token.hsm().signers().generate("taken", KeyKind.RSA_2048));
        assertEquals("KEY_EXISTS", failed.code());
        assertEquals(1, RawToken.count(token, KeyRef.privateKey("taken", "")));
        return "refused";
    }
}
