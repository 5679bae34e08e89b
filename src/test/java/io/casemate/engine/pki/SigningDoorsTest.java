package io.casemate.engine.pki;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noConstructors;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import io.casemate.crypto.Signatures;
import io.casemate.crypto.Signer;
import io.casemate.crypto.Signer.Message;
import io.casemate.engine.pki.crl.RevocationSigner;
import io.casemate.engine.pki.draft.LintedDraft;
import io.casemate.engine.pki.draft.Linter;
import io.casemate.engine.pki.issue.CsrMaker;
import io.casemate.engine.pki.issue.Issuance;

/** A certificate is signed in one place, and that place takes nothing that was not linted. */
@AnalyzeClasses(packages = "io.casemate.engine.pki", importOptions = ImportOption.DoNotIncludeTests.class)
class SigningDoorsTest {
    @ArchTest
    static final ArchRule certificates_crls_and_requests_are_signed_in_one_place_each = noClasses()
            .that()
            .doNotHaveFullyQualifiedName(Issuance.class.getName())
            .and()
            .doNotHaveFullyQualifiedName(RevocationSigner.class.getName())
            .and()
            .doNotHaveFullyQualifiedName(CsrMaker.class.getName())
            .should()
            .callMethod(Signer.class, "sign", String.class, byte[].class)
            .orShould()
            .callMethod(Signer.class, "sign", String.class, Message.class)
            .orShould()
            .callMethod(Signatures.class, "checked", Signer.class, String.class, byte[].class)
            .orShould()
            .callMethod(Signatures.class, "checked", Signer.class, String.class, Message.class);

    @ArchTest
    static final ArchRule statements_are_crls_and_ocsp_answers = noClasses()
            .that()
            .doNotHaveFullyQualifiedName("io.casemate.engine.pki.crl.CrlDraft")
            .and()
            .doNotHaveFullyQualifiedName("io.casemate.engine.pki.ocsp.OcspAnswer")
            .should()
            .callMethod(RevocationSigner.class, "sign", RevocationSigner.Voice.class, Message.class, long.class);

    @ArchTest
    static final ArchRule only_the_linter_makes_linted_drafts = noClasses()
            .that()
            .doNotHaveFullyQualifiedName(Linter.class.getName())
            .should()
            .callConstructorWhere(com.tngtech.archunit.base.DescribedPredicate.describe(
                    "of LintedDraft", call -> call.getTargetOwner().isEquivalentTo(LintedDraft.class)));

    @ArchTest
    static final ArchRule linted_drafts_have_no_open_constructor =
            noConstructors().that().areDeclaredIn(LintedDraft.class).should().bePublic();

    @ArchTest
    static final ArchRule the_signing_room_takes_linted_drafts = ArchRuleDefinition.methods()
            .that()
            .areDeclaredIn(Issuance.class)
            .and()
            .areNotPrivate()
            .and()
            .haveNameStartingWith("issue")
            .should()
            .haveRawParameterTypes(com.tngtech.archunit.base.DescribedPredicate.describe(
                    "a LintedDraft first", types -> types.getFirst().isEquivalentTo(LintedDraft.class)));
}
