package io.casemate.cli.pki;

import io.casemate.cli.command.Command;
import io.casemate.cli.flag.Flag;
import java.util.List;

/** {@code pki ...}. */
public final class PkiCommands {
    private PkiCommands() {}

    /** All commands of the topic. */
    public static List<Command> commands() {
        return List.of(
                healthCheck(),
                Command.of("pki inspect", "Explain the certificates of a file or a TLS server", PkiInspect::run)
                        .takes("FILE|HOST:PORT")
                        .example("pki inspect www.example.com:443", "pki inspect chain.pem"),
                Command.of("pki issue", "Make an intermediate below an issuer, and import it", PkiIssue::issue)
                        .takes("PARENT CHILD_MOUNT [K=V...]")
                        .with(
                                Flag.text("type", "internal (the default), exported, kms or existing."),
                                Flag.text("issuer_name", "A name for the new issuer."))
                        .example("pki issue -issuer_name=web root/issuer/default pki common_name=Issuing"),
                Command.of("pki reissue", "Make an intermediate like another one", PkiIssue::reissue)
                        .takes("PARENT TEMPLATE CHILD_MOUNT [K=V...]")
                        .with(
                                Flag.text("type", "internal (the default), exported, kms or existing."),
                                Flag.text("issuer_name", "A name for the new issuer."))
                        .example("pki reissue root/issuer/default pki/issuer/old pki ttl=43800h"),
                Command.of("pki verify-sign", "Tell whether one issuer signed another", PkiLinks::verifySign)
                        .takes("POSSIBLE_ISSUER POSSIBLE_ISSUED")
                        .example("pki verify-sign root/issuer/default pki/issuer/default"),
                Command.of("pki list-intermediates", "Tell which issuers stand below one", PkiLinks::listIntermediates)
                        .takes("PARENT [CHILD...]")
                        .with(
                                Flag.bool("subject_match", "Names have to match; the default."),
                                Flag.bool("key_id_match", "Key identifiers have to match; the default."),
                                Flag.bool("path_match", "The parent has to be in the child's chain."),
                                Flag.bool("direct_sign", "The parent's signature counts; the default."),
                                Flag.bool("indirect_sign", "A place in the child's chain counts; the default."),
                                Flag.bool("use_names", "Show issuers by their names."))
                        .example("pki list-intermediates -use_names root/issuer/default"));
    }

    private static Command healthCheck() {
        return Command.of("pki health-check", "Look at a PKI mount for what goes wrong with CAs", PkiHealth::run)
                .takes("[MOUNT]")
                .with(
                        Flag.bool("list", "List the checks and run none; as JSON or YAML with their settings."),
                        Flag.text("health-config", "JSON file of settings by the name of their check."),
                        Flag.bool("default-disabled", "Run only checks that the file enables."),
                        Flag.text(
                                "return-indicator",
                                "From which finding on the exit code is not 0: default, informational, warning,"
                                        + " critical or permission."))
                .example("pki health-check pki", "pki health-check -list");
    }
}
