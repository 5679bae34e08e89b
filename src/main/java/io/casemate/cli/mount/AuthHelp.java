package io.casemate.cli.mount;

import io.casemate.cli.command.Session;
import io.casemate.cli.http.Call;
import io.casemate.cli.http.Values;
import io.casemate.cli.local.CliFailure;
import io.casemate.cli.local.Exit;
import java.util.Map;

/** {@code auth help}: how to log in by a method, named by its type or by where it is mounted. */
final class AuthHelp {
    private static final Map<String, String> LOGINS = Map.of(
            "token", """
                    Log in with a token that you have:

                        casemate login
                        casemate login -          (reads it from standard input)
                    """,
            "userpass", """
                    Log in with a name and a password, which is asked for:

                        casemate login -method=userpass username=NAME

                    An operator makes users:

                        printf %s "$PASSWORD" | casemate write auth/userpass/users/NAME password=- token_policies=POLICY
                    """,
            "approle", """
                    Log in as a machine, with a role id and a secret id, here read from a file:

                        casemate login -method=approle role_id=ROLE_ID secret_id=@FILE

                    An operator makes roles and secret ids:

                        casemate write auth/approle/role/ROLE token_policies=POLICY
                        casemate read auth/approle/role/ROLE/role-id
                        casemate write -f auth/approle/role/ROLE/secret-id
                    """,
            "cert", """
                    Log in with the client certificate of the connection (-client-cert, -client-key):

                        casemate login -method=cert name=ROLE
                    """,
            "jwt", """
                    Log in with a signed token of another system, here read from a file:

                        casemate login -method=jwt role=ROLE jwt=@FILE
                    """);

    private AuthHelp() {}

    static int run(Session session) {
        String named = session.arguments().at(0);
        String type = named.endsWith("/") ? type(session, Call.trimmed(named) + "/") : named;
        String text = LOGINS.get(type);
        if (text == null) {
            throw CliFailure.local("There is no help for auth methods of type " + type + "; there is for "
                    + String.join(", ", LOGINS.keySet().stream().sorted().toList()));
        }
        session.output().text(text + "\nWith another path than its type: add -path=PATH.\n");
        return Exit.OK;
    }

    private static String type(Session session, String path) {
        Map<String, Object> mounts =
                session.send("listing the auth methods", Call.get("sys/auth")).json();
        String type = Values.text(Values.map(mounts.get(path)), "type");
        if (type.isEmpty()) {
            throw CliFailure.server("No auth method is mounted at " + path);
        }
        return type;
    }
}
