/** The models: one record per paper. Bottoms, bodies and heads combine freely. */
@org.jspecify.annotations.NullMarked
package dev.tandem.model;
