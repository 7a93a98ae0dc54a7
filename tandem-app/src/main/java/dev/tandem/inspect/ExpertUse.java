package dev.tandem.inspect;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One expert under all gates that may use it.
 *
 * @param level what its gates' names begin with; empty if the network has one level
 * @param expert its name: the task that owns it, or shared, and its number
 * @param gates the weight that each gate gives it
 * @param dead whether every one of them (nearly) never uses it
 */
public record ExpertUse(String level, String expert, List<ByGate> gates, boolean dead) {
  private static final Pattern LEVEL =
      Pattern.compile("^(.*?)\\.?(?:task\\.\\d+\\.gate|shared\\.gate|gate(?:\\.\\d+)?)$");

  public ExpertUse {
    gates = List.copyOf(gates);
  }

  /** The weight of a gate: mean and standard deviation over the rows. */
  public record ByGate(String gate, String task, double mean, double sd, boolean dead) {}

  /** The experts behind these gates, level by level. */
  public static List<ExpertUse> of(List<GateUse> gates) {
    record Key(String level, String expert) {}
    Map<Key, List<ByGate>> found = new LinkedHashMap<>();
    for (GateUse gate : gates) {
      Matcher m = LEVEL.matcher(gate.gate());
      String level = m.matches() ? m.group(1) : gate.gate();
      for (GateUse.Expert e : gate.experts()) {
        String name = e.name().replaceFirst("^own ", Matcher.quoteReplacement(gate.task() + " "));
        found
            .computeIfAbsent(new Key(level, name), k -> new ArrayList<>())
            .add(
                new ByGate(
                    gate.gate(), gate.task(), e.mean(), e.sd(), gate.dead().contains(e.name())));
      }
    }
    return found.entrySet().stream()
        .map(
            e ->
                new ExpertUse(
                    e.getKey().level(),
                    e.getKey().expert(),
                    e.getValue(),
                    e.getValue().stream().allMatch(ByGate::dead)))
        .toList();
  }
}
