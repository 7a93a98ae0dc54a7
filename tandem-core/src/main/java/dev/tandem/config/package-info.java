/** Run configuration: records filled from strict YAML. */
@NullMarked
package dev.tandem.config;

import org.jspecify.annotations.NullMarked;
