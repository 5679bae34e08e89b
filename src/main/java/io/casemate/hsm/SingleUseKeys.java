package io.casemate.hsm;

import io.casemate.hsm.jna.Attribute;
import io.casemate.hsm.jna.Cka;
import io.casemate.hsm.jna.Ckr;
import io.casemate.hsm.jna.ObjectFunctions.KeyPairHandles;
import io.casemate.kernel.Fault.HsmProblem;
import io.casemate.kernel.FaultException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Makes keys that may do one thing and nothing else. Tokens whose keys cannot be limited so (a TPM signs with what decrypts, and
 * says so when it is asked for less) are asked for the same key without the limits: still sensitive and never extractable.
 */
final class SingleUseKeys {
    private static final Logger LOG = System.getLogger("casemate.hsm");

    /** What tokens answer to a template that they do not like. */
    private static final Set<String> REFUSALS = Set.of(
            Ckr.CKR_ATTRIBUTE_READ_ONLY.name(),
            Ckr.CKR_ATTRIBUTE_TYPE_INVALID.name(),
            Ckr.CKR_ATTRIBUTE_VALUE_INVALID.name(),
            Ckr.CKR_TEMPLATE_INCOMPLETE.name(),
            Ckr.CKR_TEMPLATE_INCONSISTENT.name(),
            Ckr.CKR_ARGUMENTS_BAD.name(),
            Ckr.CKR_FUNCTION_FAILED.name(),
            Ckr.CKR_GENERAL_ERROR.name());

    private SingleUseKeys() {}

    /** {@code C_GenerateKey}. */
    static long key(Session session, long mechanism, List<Attribute> template) {
        return either(
                () -> session.module().objects().generateKey(session.handle(), mechanism, template),
                () -> session.module().objects().generateKey(session.handle(), mechanism, unlimited(template)));
    }

    /** {@code C_GenerateKeyPair}. */
    static KeyPairHandles pair(
            Session session, long mechanism, List<Attribute> publicTemplate, List<Attribute> privateTemplate) {
        return either(
                () -> session.module()
                        .objects()
                        .generateKeyPair(session.handle(), mechanism, publicTemplate, privateTemplate),
                () -> session.module()
                        .objects()
                        .generateKeyPair(
                                session.handle(), mechanism, unlimited(publicTemplate), unlimited(privateTemplate)));
    }

    /** When the second does not work either, it was not the limits. */
    private static <T> T either(Supplier<T> limited, Supplier<T> unlimited) {
        try {
            return limited.get();
        } catch (FaultException refusal) {
            if (!REFUSALS.contains(HsmFailures.failure(refusal).code())) {
                throw refusal;
            }
            T made;
            try {
                made = unlimited.get();
            } catch (FaultException e) {
                throw exacter(refusal, e);
            }
            LOG.log(
                    Level.WARNING,
                    "the token makes no key that may do one thing only ({0}): the new one may do whatever its keys do",
                    HsmFailures.failure(refusal).code());
            return made;
        }
    }

    /** The first failure, unless only the second says that trying again is of no use. */
    private static FaultException exacter(FaultException first, FaultException second) {
        boolean vague = HsmFailures.failure(first).problem() == HsmProblem.AWAY;
        boolean exact = HsmFailures.failure(second).problem() == HsmProblem.SETUP;
        FaultException told = vague && exact ? second : first;
        told.addSuppressed(vague && exact ? first : second);
        return told;
    }

    /** All but what it forbids, except extraction. */
    private static List<Attribute> unlimited(List<Attribute> template) {
        return template.stream()
                .filter(attribute -> attribute.type() == Cka.EXTRACTABLE || !isFalse(attribute))
                .toList();
    }

    private static boolean isFalse(Attribute attribute) {
        return attribute.value().length == 1 && attribute.value()[0] == 0;
    }
}
