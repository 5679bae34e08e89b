package io.casemate.engine.pki.issue;

import io.casemate.engine.pki.name.AltNames;
import io.casemate.engine.pki.name.CommonName;
import io.casemate.engine.pki.role.NameRules;
import io.casemate.engine.pki.role.Role;
import io.casemate.kernel.Fault;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The names of an end certificate, passed by its role: from fields, or from the request where the role says so.
 *
 * @param altNames what will stand in {@code subjectAltName}, the common name's name included unless excluded
 */
record LeafNames(Optional<CommonName> commonName, AltNames altNames, List<String> warnings) {
    static LeafNames of(Role role, LeafRequest ask, Optional<Csr> csr) {
        Optional<CommonName> commonName = csr.filter(request -> role.flag("use_csr_common_name"))
                .flatMap(Csr::commonName)
                .or(ask::commonName)
                .map(text -> CommonName.parse(text, role.syntax()));
        if (commonName.isEmpty() && role.flag("require_cn")) {
            throw Fault.badRequest("the common_name field is required, or must be provided in a CSR with"
                    + " \"use_csr_common_name\" set to true, unless \"require_cn\" is set to false");
        }
        AltNames asked = AltNames.parse(ask.altNames(), role.syntax());
        List<String> warnings = new ArrayList<>();
        AltNames names = asked;
        if (csr.isPresent() && role.flag("use_csr_sans")) {
            names = csr.get().altNames(role.syntax());
            if (!names.covers(asked)) {
                warnings.add(
                        "alt_names, ip_sans, uri_sans and other_sans were ignored, because the role has use_csr_sans and the CSR"
                                + " names others");
            }
        }
        AltNames all = ask.excludeCommonName()
                ? names
                : commonName.map(CommonName::spelt).orElse(AltNames.NONE).and(names);
        NameRules rules = new NameRules(role);
        commonName.ifPresent(rules::check);
        rules.check(all);
        return new LeafNames(commonName, all, warnings);
    }
}
