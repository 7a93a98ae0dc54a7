package dev.tandem.experiment;

import dev.tandem.train.TrainingEvent;
import dev.tandem.train.TrainingListener;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

/** Tells a person how far an experiment has come and how long it will take. */
final class Notices implements TrainingListener {
  private static final int STEPS_TO_ESTIMATE = 200;

  private final Consumer<String> say;
  private final Map<String, List<Double>> seconds = new HashMap<>();
  private List<String> due = List.of();
  private int done;
  private int total;
  private long runStart;
  private long trainingStart;
  private long steps;

  Notices(Consumer<String> say) {
    this.say = say;
  }

  void say(String line) {
    say.accept(line);
  }

  /** The experiment begins: how many runs it has, how many are there already, and what is due. */
  void begin(int runs, int finished, List<String> names) {
    total = runs;
    done = finished;
    due = new ArrayList<>(names);
    say.accept(runs + " runs, " + finished + " of them finished before");
  }

  void runBegins(String name, long seed) {
    runStart = System.nanoTime();
    say.accept("[" + (done + 1) + "/" + total + "] " + name + ", seed " + seed);
  }

  void runEnds(String name, RunRecord record) {
    double took = (System.nanoTime() - runStart) / 1e9;
    seconds.computeIfAbsent(name, n -> new ArrayList<>()).add(took);
    due.remove(name);
    done++;
    StringBuilder auc = new StringBuilder();
    record
        .test()
        .forEach(
            (task, m) -> {
              if (m.containsKey("auc")) {
                auc.append(String.format(Locale.ROOT, " %s %.4f", task, m.get("auc")));
              }
            });
    say.accept(
        String.format(
            Locale.ROOT,
            "    %.0f s%s%s",
            took,
            auc.length() == 0 ? "" : ", AUC" + auc,
            due.isEmpty() ? "" : "; left about " + duration(left())));
  }

  /** Seconds for what is due: each as its like took on average, others as all did. */
  private double left() {
    double mean =
        seconds.values().stream().flatMap(List::stream).mapToDouble(s -> s).average().orElse(0);
    return due.stream()
        .mapToDouble(
            name ->
                seconds.getOrDefault(name, List.of()).stream()
                    .mapToDouble(s -> s)
                    .average()
                    .orElse(mean))
        .sum();
  }

  private static String duration(double seconds) {
    long whole = Math.round(seconds);
    return whole < 90
        ? whole + " s"
        : whole < 5400
            ? Math.round(whole / 60.0) + " min"
            : Math.round(whole / 360.0) / 10.0 + " h";
  }

  @Override
  public void on(TrainingEvent event) {
    if (event instanceof TrainingEvent.Started started) {
      trainingStart = System.nanoTime();
      steps = started.steps();
    } else if (event instanceof TrainingEvent.Noticed noticed) {
      say.accept("    " + noticed.what());
    } else if (event instanceof TrainingEvent.Stepped stepped
        && stepped.step() == STEPS_TO_ESTIMATE
        && seconds.isEmpty()) {
      double perStep = (System.nanoTime() - trainingStart) / 1e9 / STEPS_TO_ESTIMATE;
      say.accept(
          String.format(
              Locale.ROOT,
              "    %.1f ms per step; at most %s for this training, about %s for all %d runs if none"
                  + " stops early",
              perStep * 1e3,
              duration(perStep * steps),
              duration(perStep * steps * due.size()),
              due.size()));
    } else if (event instanceof TrainingEvent.EpochDone epoch) {
      say.accept(
          String.format(
              Locale.ROOT,
              "    epoch %d: loss %.5f%s%s",
              epoch.epoch(),
              epoch.loss(),
              epoch
                  .validation()
                  .map(e -> String.format(Locale.ROOT, ", validation AUC %.5f", e.mean("auc")))
                  .orElse(""),
              epoch.best() ? ", best" : ""));
    }
  }
}
