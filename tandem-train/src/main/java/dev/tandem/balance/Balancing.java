package dev.tandem.balance;

/**
 * A rule that turns the tasks' losses into one step, as chosen in a configuration. Implementations
 * are records of their options, one file each, with all defaults on their components; {@link
 * Balancings} finds them by itself.
 */
public interface Balancing {
  /** A balancer at the beginning of training. */
  Balancer start(Shared shared);
}
