package dev.broadsheet.events;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An event's first line: days, place and organisers, divided by {@code |}. Reads those with slips too.
 *
 * @param spans empty where the days could not be read: there is no event then
 */
record EventLine(int line, List<EventDays.Span> spans, Place place, List<Organiser> organisers) {

    /** Adds a note unless the line follows the grammar and its days are in the calendar. */
    static EventLine read(ListLine line, List<EventNote> notes) {
        return new Reading(line).read(notes);
    }

    private static final class Reading {

        private final ListLine line;
        private final Slips slips = new Slips();
        private final List<Organiser> organisers = new ArrayList<>();
        private final List<String> written = new ArrayList<>();
        private String place = "";
        private String links = "";

        Reading(ListLine line) {
            this.line = line;
        }

        EventLine read(List<EventNote> notes) {
            EventDays days = EventDays.read(line.body());
            if (days == null) {
                throw new IllegalArgumentException("Line " + line.number() + " begins with no date.");
            }
            readDays(days.slip());
            boolean regular = EventGrammar.isEvent(line.text());
            Slips form = regular ? new Slips() : slips;
            divide(line.body().substring(days.end()), form);
            readOrganisers(form);
            if (!regular) {
                readForm();
            }
            slips.addTo(notes, line, repair(days));
            return new EventLine(line.number(), days.spans(), Place.read(place), List.copyOf(organisers));
        }

        private void readDays(EventDays.@Nullable Slip slip) {
            if (slip == null) {
                return;
            }
            switch (slip) {
                case NO_SUCH_DAY ->
                    slips.add("date-impossible", "There is no such day in the calendar. Correct the date.");
                case BACKWARDS -> slips.add("date-backwards", "The last day is before the first. Correct the dates.");
                case SEVERAL ->
                    slips.add(
                            "date-several",
                            "An event has one day or one range of days (2024-10-23 - 2024-10-25)."
                                    + " Make it a range, or list each day as an event.");
                case FORM ->
                    slips.add("date-form", "Write a day as 2024-10-23 and a range as 2024-10-23 - 2024-10-25.");
            }
        }

        /** Sets place and links from what follows the days. */
        private void divide(String rest, Slips form) {
            int pipe = rest.indexOf('|');
            int link = rest.indexOf('[');
            boolean divided = pipe >= 0 && (link < 0 || pipe < link);
            String before = divided ? rest.substring(0, pipe) : "";
            String after = divided ? rest.substring(pipe + 1) : rest;
            boolean placeBefore = !before.isBlank() && after.stripLeading().startsWith("[");
            if (!divided || placeBefore) {
                form.add("pipe-missing", "Put “|” between the date and the place.");
            } else if (!before.isBlank()) {
                form.add("date-form", "Only the date stands before the first “|”.");
            }
            if (placeBefore) {
                place = before.strip();
                links = after;
            } else {
                dividePlace(after, form);
            }
            if (place.isEmpty()) {
                form.add(
                        "place-missing",
                        "Say where it is, between two “|”: City, CC, or Virtual, or Virtual (City, CC).");
            }
        }

        /** The place may be a link; without a {@code |} it ends where the organiser's link begins. */
        private void dividePlace(String text, Slips form) {
            int pipe = text.indexOf('|');
            int link = text.indexOf('[');
            MarkdownLink linkedPlace = link >= 0 && link < pipe ? MarkdownLink.next(text, link) : null;
            if (pipe >= 0 && (link < 0 || pipe < link)) {
                place = text.substring(0, pipe);
                links = text.substring(pipe + 1);
            } else if (linkedPlace != null && linkedPlace.end() <= pipe) {
                place = linkedPlace.text();
                links = text.substring(pipe + 1);
            } else if (link >= 0) {
                place = withoutLastComma(text.substring(0, link));
                links = text.substring(link);
                if (!place.isEmpty()) {
                    form.add("pipe-missing", "Put “|” between the place and the organiser.");
                }
            } else {
                place = text;
            }
            place = place.strip();
        }

        private static String withoutLastComma(String text) {
            String stripped = text.strip();
            return stripped.endsWith(",") ? stripped.substring(0, stripped.length() - 1) : stripped;
        }

        private void readOrganisers(Slips form) {
            for (MarkdownLink link = MarkdownLink.next(links, 0);
                    link != null;
                    link = MarkdownLink.next(links, link.end())) {
                String url = WebAddress.meant(link.address());
                organisers.add(new Organiser(PlainText.of(link.text()), url));
                if (url == null) {
                    form.add(
                            "organiser-address",
                            link.address().isEmpty()
                                    ? "The organiser's link has no address. Fill it in."
                                    : "The organiser's address is none of the web. It begins with https://");
                    continue;
                }
                String whole = "[" + link.text() + "](" + url + ")";
                written.add(whole);
                if (!links.startsWith(whole, link.start())) {
                    form.add("organiser-link", "The organiser's link is damaged. Write it as: " + whole);
                }
            }
            if (organisers.isEmpty()) {
                String names = links.replace('[', ' ').replace(']', ' ').strip();
                for (String name : names.split(" \\+ ")) {
                    if (!name.isBlank()) {
                        organisers.add(new Organiser(PlainText.of(name), null));
                    }
                }
                form.add("organiser-link", "The organiser stands behind the second “|” as a link: [Name](https://…)");
            }
        }

        private void readForm() {
            if (!line.hasBullet()) {
                slips.add(
                        "bullet-missing",
                        "Put “* ” before the date: without it the line becomes part of the event above.");
            } else if (line.indent() > 0) {
                slips.add("indent", "The line of an event's date is not indented.");
            }
            if (slips.isEmpty()) {
                slips.add("event-form", "Write it as: * 2024-10-23 | City, CC | [Organiser](https://…)");
            }
        }

        /** What is left out or guessed is no repair. */
        private @Nullable String repair(EventDays days) {
            if (days.repair() == null || written.isEmpty() || written.size() < organisers.size()) {
                return null;
            }
            String bullet = line.bullet().equals("-") ? "- " : "* ";
            String repair = bullet + days.repair() + " | " + place + " | " + String.join(" + ", written);
            return EventGrammar.isEvent(repair) ? repair : null;
        }
    }
}
