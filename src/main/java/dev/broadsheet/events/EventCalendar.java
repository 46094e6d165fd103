package dev.broadsheet.events;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import net.fortuna.ical4j.model.Calendar;
import net.fortuna.ical4j.model.ComponentList;
import net.fortuna.ical4j.model.ParameterList;
import net.fortuna.ical4j.model.Property;
import net.fortuna.ical4j.model.PropertyList;
import net.fortuna.ical4j.model.TextList;
import net.fortuna.ical4j.model.component.VEvent;
import net.fortuna.ical4j.model.property.CalScale;
import net.fortuna.ical4j.model.property.Categories;
import net.fortuna.ical4j.model.property.Description;
import net.fortuna.ical4j.model.property.DtEnd;
import net.fortuna.ical4j.model.property.DtStamp;
import net.fortuna.ical4j.model.property.DtStart;
import net.fortuna.ical4j.model.property.Location;
import net.fortuna.ical4j.model.property.ProdId;
import net.fortuna.ical4j.model.property.Summary;
import net.fortuna.ical4j.model.property.Transp;
import net.fortuna.ical4j.model.property.Uid;
import net.fortuna.ical4j.model.property.Url;
import net.fortuna.ical4j.model.property.Version;
import net.fortuna.ical4j.model.property.XProperty;
import org.jspecify.annotations.Nullable;

/**
 * The events of a newsletter's issues as iCalendar (RFC 5545), all-day, since issues name no times. The same issues
 * make the same text, in whatever order they come. There is no METHOD: PUBLISH would ask for an ORGANIZER with a mail
 * address in each event (RFC 5546, 3.2.1).
 */
public final class EventCalendar {

    public static final String CONTENT_TYPE = "text/calendar; charset=utf-8";

    private static final String PRODUCT = "-//Broadsheet//Events//EN";

    /** RFC 5545, 3.1: octets without the line end. */
    private static final int MAX_OCTETS = 75;

    private EventCalendar() {}

    /** @param name what calendar programs call it */
    public static String of(String name, Collection<IssueEvents> issues) {
        PropertyList properties = new PropertyList(List.of(
                new ProdId(PRODUCT),
                new Version(new ParameterList(), Version.VALUE_2_0),
                new CalScale(CalScale.VALUE_GREGORIAN),
                new XProperty("X-WR-CALNAME", PlainText.of(name))));
        List<VEvent> events =
                Occasion.of(issues).stream().map(EventCalendar::event).toList();
        return folded(new Calendar(properties, new ComponentList<>(events)).toString());
    }

    private static VEvent event(Occasion occasion) {
        ListedEvent event = occasion.event();
        List<Property> properties = new ArrayList<>(List.of(
                new Uid(UUID.nameUUIDFromBytes(occasion.key().getBytes(StandardCharsets.UTF_8)) + "@broadsheet"),
                new DtStamp(occasion.changedAt().truncatedTo(ChronoUnit.SECONDS)),
                new DtStart<>(event.from()),
                new DtEnd<>(event.to().plusDays(1)),
                new Summary(event.title())));
        if (!event.place().text().isEmpty()) {
            properties.add(new Location(event.place().text()));
        }
        URI uri = event.url() == null ? null : WebAddress.uri(event.url());
        if (uri != null) {
            properties.add(new Url(uri));
        }
        String description = description(event);
        if (!description.isEmpty()) {
            properties.add(new Description(description));
        }
        if (!occasion.regions().isEmpty()) {
            properties.add(new Categories(new TextList(List.copyOf(occasion.regions()))));
        }
        // A listed event leaves its reader's day free.
        properties.add(new Transp(Transp.VALUE_TRANSPARENT));
        return new VEvent(new PropertyList(properties));
    }

    private static String description(ListedEvent event) {
        List<String> lines = new ArrayList<>();
        for (Organiser organiser : event.organisers()) {
            lines.add(linked(organiser.name(), organiser.url()));
        }
        for (Mirror mirror : event.mirrors()) {
            lines.add(linked(mirror.name(), mirror.url()));
        }
        return String.join("\n", lines);
    }

    private static String linked(String name, @Nullable String url) {
        return url == null ? name : name + ": " + url;
    }

    /** ical4j counts characters, the specification octets. */
    private static String folded(String text) {
        StringBuilder folded = new StringBuilder(text.length() + text.length() / MAX_OCTETS * 3);
        int octets = 0;
        for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
            int c = text.codePointAt(i);
            int size = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
            if (c == '\r' || c == '\n') {
                octets = 0;
            } else if (octets + size > MAX_OCTETS) {
                folded.append("\r\n ");
                octets = 1 + size;
            } else {
                octets += size;
            }
            folded.appendCodePoint(c);
        }
        return folded.toString();
    }
}
