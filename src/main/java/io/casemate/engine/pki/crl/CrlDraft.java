package io.casemate.engine.pki.crl;

import io.casemate.crypto.Signer.Message;
import io.casemate.engine.pki.crl.RevocationSigner.Voice;
import io.casemate.engine.pki.draft.Draft;
import java.time.Instant;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DERTaggedObject;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extensions;

/** A CRL, version 2 (RFC 5280 5.1), around entries that are encoded already and need not be in memory. */
record CrlDraft(X500Name issuer, Instant thisUpdate, Instant nextUpdate, Extensions extensions) {
    /** Everything of a signed CRL but its entries. */
    record Frame(byte[] head, byte[] tail) {}

    /** Encoded entries, together {@code length} bytes. */
    record Entries(long length, Message bytes) {}

    /** Signs; {@code entries} are read for it. */
    Frame signed(Voice voice, Entries entries) {
        byte[] algorithm = Der.of(voice.scheme().identifier());
        byte[] opening = Der.joined(
                Der.of(new ASN1Integer(1)),
                algorithm,
                Der.of(issuer),
                Der.of(Draft.time(thisUpdate)),
                Der.of(Draft.time(nextUpdate)),
                // An empty list is left out (RFC 5280 5.1.2.6).
                entries.length() == 0 ? new byte[0] : Der.sequence(entries.length()));
        byte[] closing = Der.of(new DERTaggedObject(true, 0, extensions));
        byte[] begun = Der.joined(Der.sequence(opening.length + entries.length() + closing.length), opening);
        byte[] signature = RevocationSigner.sign(
                voice,
                use -> {
                    use.accept(begun);
                    entries.bytes().each(use);
                    use.accept(closing);
                },
                begun.length + entries.length() + closing.length);
        byte[] tail = Der.joined(closing, algorithm, Der.of(new DERBitString(signature)));
        return new Frame(Der.joined(Der.sequence(begun.length + entries.length() + tail.length), begun), tail);
    }
}
