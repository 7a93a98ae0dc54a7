/** Published multi-task models, one record per paper: bottoms, bodies and heads. */
@NullMarked
package dev.tandem.model;

import org.jspecify.annotations.NullMarked;
