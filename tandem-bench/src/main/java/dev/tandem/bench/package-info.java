/** JMH benches and runs that measure throughput and memory. */
@NullMarked
package dev.tandem.bench;

import org.jspecify.annotations.NullMarked;
