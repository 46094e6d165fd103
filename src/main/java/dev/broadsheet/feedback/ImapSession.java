package dev.broadsheet.feedback;

import jakarta.mail.Folder;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import java.util.Properties;
import org.eclipse.angus.mail.imap.IMAPFolder;
import org.eclipse.angus.mail.imap.IMAPStore;

/** A connection to the mailbox, with a time-out for everything. */
final class ImapSession implements AutoCloseable {

    private static final String CONNECT_MILLIS = "10000";
    private static final String ANSWER_MILLIS = "30000";
    private static final String OCTETS_AT_A_TIME = "262144";

    private final IMAPStore store;

    private ImapSession(IMAPStore store) {
        this.store = store;
    }

    /** @throws MessagingException where it cannot be had as it is configured; TLS is never left out */
    static ImapSession open(ImapConfig config) throws MessagingException {
        String protocol = config.tls() == ImapConfig.Tls.IMPLICIT ? "imaps" : "imap";
        Session session = Session.getInstance(properties(protocol, config.tls()));
        IMAPStore store = (IMAPStore) session.getStore(protocol);
        store.connect(
                config.host().orElseThrow(),
                config.port(),
                config.username().orElse(""),
                config.password().orElse(""));
        return new ImapSession(store);
    }

    private static Properties properties(String protocol, ImapConfig.Tls tls) {
        Properties properties = new Properties();
        String prefix = "mail." + protocol + ".";
        properties.setProperty(prefix + "connectiontimeout", CONNECT_MILLIS);
        properties.setProperty(prefix + "timeout", ANSWER_MILLIS);
        properties.setProperty(prefix + "writetimeout", ANSWER_MILLIS);
        properties.setProperty(prefix + "fetchsize", OCTETS_AT_A_TIME);
        properties.setProperty(prefix + "ssl.checkserveridentity", "true");
        if (tls == ImapConfig.Tls.REQUIRED) {
            properties.setProperty(prefix + "starttls.enable", "true");
            properties.setProperty(prefix + "starttls.required", "true");
        }
        return properties;
    }

    IMAPFolder open(String name) throws MessagingException {
        IMAPFolder folder = (IMAPFolder) store.getFolder(name);
        folder.open(Folder.READ_WRITE);
        return folder;
    }

    /** Makes it where it is missing. @param name with slashes between its levels, whatever the server has there */
    IMAPFolder existing(String name) throws MessagingException {
        char separator = store.getDefaultFolder().getSeparator();
        IMAPFolder folder = (IMAPFolder) store.getFolder(separator == '\0' ? name : name.replace('/', separator));
        if (!folder.exists() && !folder.create(Folder.HOLDS_MESSAGES)) {
            throw new MessagingException("A folder of the bounce mailbox cannot be made");
        }
        return folder;
    }

    boolean canMove() throws MessagingException {
        return store.hasCapability("MOVE");
    }

    /** Whether single mails can be expunged, and not all that anybody marked. */
    boolean canExpungeOne() throws MessagingException {
        return store.hasCapability("UIDPLUS");
    }

    @Override
    public void close() throws MessagingException {
        store.close();
    }
}
