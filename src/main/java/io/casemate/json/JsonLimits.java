package io.casemate.json;

/**
 * How much a JSON text of somebody else's may become. Its length says little: three bytes make an object of fifty-six.
 *
 * @param members most members of one object
 * @param elements most elements of one array
 * @param values most names and values in all, the outermost object and what is nested in it included
 */
public record JsonLimits(int members, int elements, int values) {
    /** For the bodies of requests: what Vault takes by default (its {@code max_json_} settings), or a little more. */
    public static final JsonLimits REQUEST = new JsonLimits(10_000, 10_000, 500_000);

    /** For JSON within a string of a request, such as a JWT's claims: a few hundred bytes in honest use. */
    public static final JsonLimits NESTED = new JsonLimits(10_000, 10_000, 20_000);

    /** For what we wrote, or asked for, ourselves. */
    static final JsonLimits NONE = new JsonLimits(Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE);
}
