package dev.tandem.inspect;

import dev.tandem.schema.Task;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Statistics of one gate's weights in a single pass over the rows (Welford, Technometrics 1962).
 * Owned by one thread.
 */
final class GateMeter {
  private static final Pattern GATE =
      Pattern.compile("probe\\.((?:.*\\.)?gate(?:\\.\\d+)?)\\.weights");
  private static final Pattern TASK = Pattern.compile("(?:^|\\.)(?:task|gate)\\.(\\d+)(?:\\.|$)");
  private static final Pattern NUMBERED = Pattern.compile("^(.*?level\\.)(\\d+)\\.gate\\.\\d+$");
  private static final Pattern LEVEL = Pattern.compile("^(.*?)(task\\.(\\d+)|shared)\\.gate$");

  private final String gate;
  private final List<Task> tasks;
  private final List<String> parameters;
  private long rows;
  private double[] mean = {};
  private double[] squares = {}; // sums of squared distances from the mean
  private double entropy;

  private GateMeter(String gate, List<Task> tasks, List<String> parameters) {
    this.gate = gate;
    this.tasks = tasks;
    this.parameters = parameters;
  }

  /** Whether a probe holds a gate's weights. */
  static boolean isGate(String probe) {
    return GATE.matcher(probe).matches();
  }

  /**
   * The meter of a probe.
   *
   * @param probe name of the probe
   * @param tasks the model's tasks
   * @param parameters names of the model's parameters, which say whose the experts are
   */
  static Optional<GateMeter> of(String probe, List<Task> tasks, List<String> parameters) {
    Matcher m = GATE.matcher(probe);
    return m.matches()
        ? Optional.of(new GateMeter(m.group(1), List.copyOf(tasks), List.copyOf(parameters)))
        : Optional.empty();
  }

  /**
   * Adds rows.
   *
   * @param weights [count * experts], each row's weights adding up to one
   */
  void add(float[] weights, int count) {
    if (count == 0) {
      return;
    }
    for (int r = 0; r < count; r++) {
      add(weights, r, weights.length / count);
    }
  }

  /** Adds row {@code row} of [rows · experts] weights. */
  void add(float[] weights, int row, int experts) {
    if (mean.length == 0) {
      mean = new double[experts];
      squares = new double[experts];
    }
    rows++;
    double h = 0;
    for (int e = 0; e < experts; e++) {
      double w = weights[row * experts + e];
      double before = w - mean[e];
      mean[e] += before / rows;
      squares[e] += before * (w - mean[e]);
      h -= w > 0 ? w * Math.log(w) : 0;
    }
    entropy += h;
  }

  /** What was seen. */
  GateUse use() {
    List<String> names = names();
    List<GateUse.Expert> experts = new ArrayList<>();
    for (int e = 0; e < mean.length; e++) {
      double sd = rows < 2 ? 0 : Math.sqrt(Math.max(0, squares[e]) / (rows - 1));
      experts.add(new GateUse.Expert(names.get(e), mean[e], sd));
    }
    double most = Math.log(mean.length);
    double relative = rows == 0 ? Double.NaN : most > 0 ? entropy / rows / most : 1;
    return new GateUse(gate, task(), rows, experts, relative);
  }

  private String task() {
    Matcher lower = NUMBERED.matcher(gate);
    if (lower.matches()
        && has(
            lower.group(1).replaceFirst("^task\\.\\d+\\.", "")
                + (Integer.parseInt(lower.group(2)) + 1)
                + ".")) {
      return ""; // below the top, a numbered gate feeds the expert of that number
    }
    Matcher m = TASK.matcher(gate);
    String found = "";
    while (m.find()) {
      int k = Integer.parseInt(m.group(1));
      found = k < tasks.size() ? tasks.get(k).name() : found;
    }
    return found;
  }

  private boolean has(String prefix) {
    return parameters.stream().anyMatch(p -> p.startsWith(prefix));
  }

  /** Own and shared experts by name where the parameters tell them apart, else by number. */
  private List<String> names() {
    List<String> names = new ArrayList<>();
    Matcher m = LEVEL.matcher(gate);
    if (m.matches()) {
      String level = m.group(1);
      if (m.group(3) == null) {
        for (int k = 0; k < tasks.size(); k++) {
          String task = tasks.get(k).name();
          experts(level + "task." + k).forEach(e -> names.add(task + " " + e));
        }
      } else {
        experts(level + m.group(2)).forEach(e -> names.add("own " + e));
      }
      experts(level + "shared").forEach(e -> names.add("shared " + e));
    }
    if (names.size() != mean.length) {
      names.clear();
      for (int e = 0; e < mean.length; e++) {
        names.add("expert " + e);
      }
    }
    return names;
  }

  private Set<Integer> experts(String owner) {
    Pattern expert =
        Pattern.compile("(?:^|.*\\.)" + Pattern.quote(owner) + "\\.expert\\.(\\d+)\\..*");
    Set<Integer> numbers = new TreeSet<>();
    for (String p : parameters) {
      Matcher m = expert.matcher(p);
      if (m.matches()) {
        numbers.add(Integer.parseInt(m.group(1)));
      }
    }
    return numbers;
  }
}
