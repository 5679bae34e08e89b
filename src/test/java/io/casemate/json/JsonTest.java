package io.casemate.json;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"a\":1}",
                "{\"a\":{\"b\":[true,false,null,\"x\"]}}",
                "{\"n\":-9223372036854775808}",
                "{\"n\":123456789012345678901234567890}",
                "{\"n\":0.1}",
                "{\"n\":12345678901234567890.123456789012345678901}",
                "{\"s\":\"\\u0000 \\\" \\\\ é \uD83D\uDE00\"}"
            })
    void keepsEveryDigitAndCharacter(String text) {
        Map<String, Object> once = parse(text);
        assertEquals(once, Json.object(Json.bytes(once)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "1",
                "null",
                "{",
                "{\"a\"}",
                "{\"a\":1,}",
                "{\"a\":1}{",
                "{\"a\":1} x",
                "{'a':1}",
                "{\"a\":NaN}",
                "{\"a\":01}",
                "{\"a\":1,\"a\":2}",
                "{\"a\":\"\u0001\"}",
                "// c\n{}"
            })
    void refusesWhatIsNotOneObject(String text) {
        FaultException refused = assertThrows(FaultException.class, () -> parse(text));
        assertInstanceOf(Fault.BadRequest.class, refused.fault());
    }

    @Test
    void errorsNameThePlaceAndNeverTheText() {
        FaultException refused = assertThrows(FaultException.class, () -> parse("{\"password\":\"hunter2\" oops}"));
        assertFalse(refused.getMessage().contains("hunter2"));
        assertEquals(true, refused.getMessage().contains("line 1"));
    }

    @Test
    void boundsDepthAndNumbers() {
        assertThrows(FaultException.class, () -> parse("{\"a\":" + "[".repeat(100_000)));
        assertThrows(FaultException.class, () -> parse("{\"a\":" + "9".repeat(500) + "}"));
        assertThrows(FaultException.class, () -> parse("{\"a\":1e999999999}"));
        assertThrows(FaultException.class, () -> parse("{\"a\":2.5e3333333333333}"));
    }

    @Test
    void noMutationDoesWorseThanABadRequest() {
        SecureRandom random = new SecureRandom();
        byte[] valid = "{\"a\":{\"b\":[1,2.5e3,\"x\\u00e9\",null,true]},\"c\":\"d\"}".getBytes(StandardCharsets.UTF_8);
        for (int round = 0; round < 20_000; round++) {
            byte[] mutated = valid.clone();
            for (int i = random.nextInt(3); i >= 0; i--) {
                mutated[random.nextInt(mutated.length)] = (byte) random.nextInt(256);
            }
            try {
                byte[] written = Json.bytes(Json.object(mutated));
                assertArrayEquals(written, Json.bytes(Json.object(written)));
            } catch (FaultException e) {
                assertInstanceOf(Fault.BadRequest.class, e.fault());
            }
        }
    }

    @Test
    void whatIsNotUtf8IsRefusedAndNeverReplaced() {
        for (String text :
                List.of("{\"a\":\"\u00ff\u00fe\"}", "{\"\u00c0\u00ae\":1}", "{\"a\":\"\u00ed\u00a0\u0080\"}")) {
            byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
            assertThrows(FaultException.class, () -> Json.object(bytes), text);
        }
        assertThrows(FaultException.class, () -> Json.object("{\"a\":1}".getBytes(StandardCharsets.UTF_16)));
        assertEquals(
                "\u20ac\ud83d\ude00", parse("{\"a\":\"\u20ac\ud83d\ude00\"}").get("a"));
        assertEquals("\ufffd", parse("{\"a\":\"\ufffd\"}").get("a"), "which is a character, too");
    }

    private static Map<String, Object> parse(String text) {
        return Json.object(text.getBytes(StandardCharsets.UTF_8));
    }
}
