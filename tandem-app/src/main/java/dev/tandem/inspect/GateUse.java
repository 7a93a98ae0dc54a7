package dev.tandem.inspect;

import com.fasterxml.jackson.annotation.JsonGetter;
import java.util.List;

/**
 * How one gate uses its experts over the rows of an evaluation (PLE, figure 8).
 *
 * @param gate name of the gate
 * @param task the task that it serves; empty for a shared gate
 * @param rows rows behind it
 * @param experts per expert, in the order of the gate's weights
 * @param entropy mean entropy of the rows' weights over the entropy of equal weights: 0 if one
 *     expert takes all, 1 if all count alike
 */
public record GateUse(String gate, String task, long rows, List<Expert> experts, double entropy) {
  /** Below this share of an equal weight an expert counts as dead for a gate. */
  static final double DEAD = 0.05;

  /** Below this entropy a gate has collapsed onto one expert. */
  static final double COLLAPSED = 0.1;

  public GateUse {
    experts = List.copyOf(experts);
  }

  /** An expert's weight: mean and standard deviation over the rows. */
  public record Expert(String name, double mean, double sd) {}

  /** Whether the gate gives (nearly) all weight to one expert in (nearly) every row. */
  @JsonGetter("collapsed")
  public boolean collapsed() {
    return experts.size() > 1 && entropy < COLLAPSED;
  }

  /** Experts that the gate (nearly) never uses. */
  @JsonGetter("dead")
  public List<String> dead() {
    return experts.stream()
        .filter(e -> e.mean() < DEAD / experts.size())
        .map(Expert::name)
        .toList();
  }
}
