package io.casemate.engine.pki.draft;

/** What an operator or a request has said yes to, so that a rule lets it pass. */
public enum Leniency {
    /** The issuer has {@code leaf_not_after_behavior=permit}. */
    MAY_OUTLIVE_ISSUER,
    /** The request has {@code exclude_cn_from_sans}. */
    CN_NOT_IN_SANS,
    /** The role does not enforce host names: underscores pass. */
    UNDERSCORES
}
