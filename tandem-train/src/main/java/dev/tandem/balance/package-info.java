/** Rules that turn the losses of several tasks into one step. */
@NullMarked
package dev.tandem.balance;

import org.jspecify.annotations.NullMarked;
