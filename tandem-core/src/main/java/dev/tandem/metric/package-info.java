/** Measures of ranking and calibration: arrays in, records out. */
@NullMarked
package dev.tandem.metric;

import org.jspecify.annotations.NullMarked;
