package dev.broadsheet.preflight;

import org.jspecify.annotations.Nullable;

/** stub */
public record MailSize(int bytes, int limit, @Nullable String cutAt) {}
