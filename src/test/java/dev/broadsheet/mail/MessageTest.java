package dev.broadsheet.mail;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.Test;

class MessageTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    @Test
    void message_storedAndRead_isTheSame() throws Exception {
        Message message = Mails.message().single("welcome", true);

        assertThat(JSON.readValue(JSON.writeValueAsString(message), Message.class))
                .isEqualTo(message);
    }

    @Test
    void messageStoredByAnEarlierVersion_isRead() throws Exception {
        ObjectNode stored = JSON.valueToTree(Mails.message());
        stored.remove("categories");
        stored.remove("despiteBounces");

        assertThat(JSON.treeToValue(stored, Message.class)).isEqualTo(Mails.message());
    }
}
