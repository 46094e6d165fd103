package dev.broadsheet.platform;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a caller did wrong, as an RFC 9457 problem. Services throw it; {@link ProblemMappers} writes it as
 * {@code application/problem+json} to API callers and as a plain page to readers. Types are stable slugs, listed in the
 * README: programs decide by them, never by the text.
 */
public class Problem extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int status;
    private final String type;
    private final transient Map<String, Object> members = new LinkedHashMap<>();

    /**
     * @param status HTTP status, 400 to 599
     * @param type stable slug, such as {@code not-published}
     * @param detail for a person: what is wrong and what to do; never an address, token or body
     */
    public Problem(int status, String type, String detail) {
        super(detail, null, false, false);
        this.status = status;
        this.type = type;
    }

    public static Problem notFound(String what) {
        return new Problem(404, "not-found", "There is no such " + what + ".");
    }

    public static Problem invalid(String detail) {
        return new Problem(400, "invalid", detail);
    }

    /** Adds a member that programs can read, such as the number of the revision that was expected. */
    public Problem with(String member, Object value) {
        members.put(member, value);
        return this;
    }

    public int status() {
        return status;
    }

    public String type() {
        return type;
    }

    public Map<String, Object> members() {
        return members;
    }

    /** What a person reads; never null here. */
    public String detail() {
        return String.valueOf(getMessage());
    }
}
