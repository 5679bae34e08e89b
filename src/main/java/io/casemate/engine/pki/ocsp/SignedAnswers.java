package io.casemate.engine.pki.ocsp;

import io.casemate.engine.pki.ocsp.Delegates.Delegate;
import io.casemate.engine.pki.ocsp.OcspAnswer.Status;
import io.casemate.engine.pki.ocsp.OcspRequest.Asked;
import io.casemate.engine.pki.ocsp.OcspResponder.Reply;
import io.casemate.engine.pki.store.Issuer;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Answers that were signed and may be given again. Asked with what the store says now, so that they cannot be stale. Bounded; a
 * look-up takes no lock.
 */
final class SignedAnswers {
    private static final int MAX = 4096;

    private final Map<Question, Signed> answers = new ConcurrentHashMap<>();

    /** Issuer, key and delegates that answer, and what was asked; the hash's name tells which form of the same question. */
    record Question(UUID issuer, String keyId, List<BigInteger> delegates, String hash, BigInteger serial) {}

    private record Signed(Status status, Reply reply) {}

    static Question question(Issuer speaker, List<Delegate> delegates, Asked asked) {
        // The hashes themselves are the issuer's: it was found by them. The whole identifier is given back in an
        // answer, so an
        // unusual encoding of its algorithm must not be mixed with the usual one.
        return new Question(
                speaker.id(),
                speaker.keyId(),
                delegates.stream().map(Delegate::serial).toList(),
                asked.id().getHashAlgorithm().getAlgorithm() + "/"
                        + (asked.id().getHashAlgorithm().getParameters() == null),
                asked.serial());
    }

    /** An answer that says {@code status} and has at least half of its life of {@code life} before it (RFC 5019 6). */
    Optional<Reply> find(Question question, Status status, Instant now, Duration life) {
        Signed known = answers.get(question);
        return known != null
                        && known.status.equals(status)
                        && young(known.reply.life().orElseThrow(), now, life)
                ? Optional.of(known.reply)
                : Optional.empty();
    }

    /** An answer that says {@code status} and holds still: for when no new one can be signed. */
    Optional<Reply> last(Question question, Status status, Instant now) {
        return Optional.ofNullable(answers.get(question))
                .filter(known -> known.status.equals(status))
                .map(Signed::reply)
                .filter(reply -> now.isBefore(reply.life().orElseThrow().nextUpdate()));
    }

    private static boolean young(Reply.Life kept, Instant now, Duration life) {
        Duration signedFor = Duration.between(kept.thisUpdate(), kept.nextUpdate());
        return signedFor.equals(life)
                && !now.isBefore(kept.thisUpdate())
                && now.isBefore(kept.nextUpdate().minus(life.dividedBy(2)));
    }

    Reply keep(Question question, Status status, Reply reply) {
        if (answers.size() >= MAX) {
            answers.keySet().stream().limit(MAX / 8).forEach(answers::remove);
        }
        answers.put(question, new Signed(status, reply));
        return reply;
    }
}
