package dev.tandem.scoring;

/** One step of a plan: reads and writes a workspace's arrays by their numbers. */
@FunctionalInterface
interface Kernel {
  void run(Workspace w);
}
