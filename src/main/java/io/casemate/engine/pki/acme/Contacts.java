package io.casemate.engine.pki.acme;

import io.casemate.engine.pki.name.MailAddress;
import io.casemate.kernel.FaultException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Whom to tell about an account: one e-mail address for each {@code mailto:} (RFC 8555 section 7.3). */
final class Contacts {
    private static final int MOST = 10;
    private static final String MAIL = "mailto:";

    private Contacts() {}

    /** What a request says of them; empty when it says nothing. */
    static Optional<List<String>> of(Map<String, Object> members) {
        Object sent = members.get("contact");
        if (sent == null) {
            return Optional.empty();
        }
        if (!(sent instanceof List<?> contacts) || contacts.size() > MOST) {
            throw ProblemType.INVALID_CONTACT.because("'contact' must be a list of at most " + MOST);
        }
        return Optional.of(contacts.stream().map(Contacts::checked).toList());
    }

    private static String checked(Object contact) {
        if (!(contact instanceof String url)) {
            throw ProblemType.INVALID_CONTACT.because("a contact must be a string");
        }
        if (!url.startsWith(MAIL)) {
            throw ProblemType.UNSUPPORTED_CONTACT.because("only mailto: contacts are taken");
        }
        try {
            MailAddress.parse(url.substring(MAIL.length()));
            return url;
        } catch (FaultException e) {
            throw ProblemType.INVALID_CONTACT
                    .because("a contact is not one e-mail address")
                    .causedBy(e);
        }
    }
}
