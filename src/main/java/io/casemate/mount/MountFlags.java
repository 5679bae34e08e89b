package io.casemate.mount;

/**
 * What a client asked for when it enabled a mount, and what changes nothing here: there is one server, and the barrier is rooted
 * in the HSM already. They are kept because clients compare what they asked for with what is shown: Terraform makes a mount
 * anew, without its data, when these differ.
 *
 * @param local not to be replicated
 * @param sealWrap to be encrypted by the seal besides
 * @param externalEntropy to take random numbers from elsewhere
 */
public record MountFlags(boolean local, boolean sealWrap, boolean externalEntropy) {
    /** Nothing was asked for. */
    public static final MountFlags NONE = new MountFlags(false, false, false);
}
