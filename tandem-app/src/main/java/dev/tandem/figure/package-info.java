/** Figures of papers, from finished runs: numbers as CSV, pictures as SVG and PNG, one page. */
@NullMarked
package dev.tandem.figure;

import org.jspecify.annotations.NullMarked;
