package dev.broadsheet.mail;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.Test;

class MessageTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    @Test
    void message_storedAndRead_isTheSame() throws Exception {
        Message message = Mails.message().countedUnder("welcome");

        assertThat(JSON.readValue(JSON.writeValueAsString(message), Message.class))
                .isEqualTo(message);
    }

    @Test
    void messageStoredBeforeThereWereCategories_isRead() throws Exception {
        ObjectNode stored = JSON.valueToTree(Mails.message());
        stored.remove("categories");

        assertThat(JSON.treeToValue(stored, Message.class)).isEqualTo(Mails.message());
    }
}
