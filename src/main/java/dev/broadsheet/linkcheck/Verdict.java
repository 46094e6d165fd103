package dev.broadsheet.linkcheck;

/**
 * What came of looking at a link. A false alarm costs an editor more than a dead link that is missed, so whatever a
 * reader's browser may still open is not called dead.
 *
 * @param words what came back, as the end of a sentence that begins with the address
 */
record Verdict(Kind kind, Grounds grounds, String words) {

    enum Kind {
        /** Something answers there, if only to those who log in. */
        ALIVE,
        /** It may be dead, or was not asked: an editor may want to open it. */
        UNSURE,
        DEAD
    }

    /** What a verdict rests on. */
    enum Grounds {
        ANSWER,
        /** An answer that tells of a fault of the server's. */
        FAULT,
        /** There was no answer. */
        SILENCE,
        /** Nothing was asked. */
        REFUSAL
    }

    static final Verdict ALIVE = new Verdict(Kind.ALIVE, Grounds.ANSWER, "answers");

    /** There is something, but not for everybody, or not for programs. */
    private static final Verdict CLOSED = new Verdict(Kind.ALIVE, Grounds.ANSWER, "answers some");

    private static final Verdict LATER = new Verdict(Kind.ALIVE, Grounds.ANSWER, "asks to come later");

    static Verdict notAsked(String why) {
        return new Verdict(Kind.UNSURE, Grounds.REFUSAL, "was not opened: " + why);
    }

    /** @param status of the last answer, not a redirect @param phrase as the server names it, perhaps empty */
    static Verdict ofStatus(int status, String phrase, boolean saysWhenToRetry) {
        String words = ("answers " + status + " " + phrase).strip();
        if (status < 400) {
            return ALIVE;
        }
        if (status == 404 || status == 410) {
            return new Verdict(Kind.DEAD, Grounds.ANSWER, words);
        }
        if (status == 429 || status == 503 && saysWhenToRetry) {
            return LATER;
        }
        if (status == 503) {
            return new Verdict(Kind.UNSURE, Grounds.FAULT, words); // some sites turn programs away with it
        }
        // 401, 403 and 451 say that there is something; 999 and the like are home-made
        return status >= 500 && status < 600 ? new Verdict(Kind.DEAD, Grounds.FAULT, words) : CLOSED;
    }

    static Verdict silent(Kind kind, String words) {
        return new Verdict(kind, Grounds.SILENCE, words);
    }

    /** Whether there is nothing more to ask for now. */
    boolean isSettled() {
        return equals(ALIVE) || equals(LATER);
    }

    /** Whether it may be another in a minute. */
    boolean mayPass() {
        return grounds == Grounds.FAULT || grounds == Grounds.SILENCE;
    }
}
