package dev.broadsheet.events;

/** A further page of the same event. @param url http or https */
public record Mirror(String name, String url) {}
