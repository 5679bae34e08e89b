package io.casemate.auth.userpass;

import io.casemate.auth.TokenFields;
import io.casemate.engine.JsonRecord;
import io.casemate.engine.Members;
import io.casemate.kernel.TokenTerms;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A user as stored; docs/formats/userpass.md.
 *
 * @param hash of the password, bcrypt
 */
record User(String hash, TokenTerms terms) {
    static User decode(byte[] stored) {
        Members members = Members.read("the record of a user", stored);
        return new User(members.text("hash"), TokenFields.stored(members));
    }

    byte[] encode() {
        Map<String, Object> members = new LinkedHashMap<>(TokenFields.members(terms));
        members.put("hash", hash);
        return JsonRecord.of(members);
    }

    User with(TokenTerms other) {
        return new User(hash, other);
    }

    User hashed(String other) {
        return new User(other, terms);
    }

    /** Not the hash: it is nobody's to see. */
    @Override
    public String toString() {
        return "User[" + terms + "]";
    }
}
