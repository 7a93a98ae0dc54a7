package dev.tandem.train;

import java.util.List;

/**
 * How the tasks' gradients agree where the tasks share weights, over a few batches and with the
 * weights as they stood: the cosine of the angle between two tasks' gradients is 1 where they pull
 * alike, 0 where they do not concern each other, and negative where one task's step undoes the
 * other's (Yu et al., NeurIPS 2020, call such gradients conflicting).
 *
 * @param epoch epochs done
 * @param step steps done
 * @param batches batches looked at
 * @param blocks what is shared: all tables and all layers together first, then one by one
 */
public record Conflict(long epoch, long step, int batches, List<Block> blocks) {
  public Conflict {
    blocks = List.copyOf(blocks);
  }

  /** What a block is. */
  public enum Kind {
    /** All shared embedding tables, or all shared layers, as one vector. */
    TOTAL,
    /** One embedding table. */
    TABLE,
    /** Layers that go by one name. */
    LAYERS
  }

  /**
   * One shared part of a model.
   *
   * @param name its name
   * @param kind what it is
   * @param cosines [K][K] mean over the batches; NaN for a pair that never has two gradients there
   * @param opposed [K][K] share of the batches whose cosine is negative; NaN as above
   */
  public record Block(
      String name, Kind kind, List<List<Double>> cosines, List<List<Double>> opposed) {
    public Block {
      cosines = cosines.stream().map(List::copyOf).toList();
      opposed = opposed.stream().map(List::copyOf).toList();
    }
  }
}
