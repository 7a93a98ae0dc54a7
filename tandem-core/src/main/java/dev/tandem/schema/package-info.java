/**
 * Columns, features, tasks and the funnel between them: the vocabulary that every other room
 * speaks.
 */
@org.jspecify.annotations.NullMarked
package dev.tandem.schema;
