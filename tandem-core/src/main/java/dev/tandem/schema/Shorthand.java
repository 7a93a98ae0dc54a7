package dev.tandem.schema;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks the record component that takes a bare value: with it on {@code units}, {@code towers:
 * [32]} means {@code towers: {units: [32]}}. At most one component of a record carries it. Without
 * it, a type that is named as the key of its options ({@code {adam: 0.001}}) gives a bare value to
 * its first component.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Shorthand {}
