package dev.broadsheet.accounts;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The scope that a call of a {@link ForEditors} resource needs. Where neither the method nor its class says so, a
 * {@code GET} needs {@link Scope#READ} and everything else {@link Scope#WRITE}.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD})
public @interface Needs {
    Scope value();
}
