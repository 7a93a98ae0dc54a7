package dev.tandem.cli;

import dev.tandem.ingest.Progress;
import dev.tandem.metric.Decimals;
import dev.tandem.metric.Evaluation;
import dev.tandem.train.TrainingEvent;
import dev.tandem.train.TrainingListener;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** Progress as lines on standard error: every phase, every epoch, and a sign of life in between. */
final class ProgressLines implements Progress, TrainingListener {
  private static final long QUIET_NANOS = 3_000_000_000L;

  private final PrintWriter err;
  private final String prefix;
  private String phase = "";
  private long next = System.nanoTime() + QUIET_NANOS;
  private long steps;
  private long perEpoch;
  private long rows;
  private long since = System.nanoTime();

  ProgressLines(PrintWriter err) {
    this(err, "");
  }

  /** Lines that begin with {@code prefix}. */
  ProgressLines(PrintWriter err, String prefix) {
    this.err = err;
    this.prefix = prefix;
  }

  /** One line. */
  void say(String format, Object... arguments) {
    err.println(prefix + String.format(Locale.ROOT, format, arguments));
    err.flush();
  }

  @Override
  public void at(State state) {
    // Phases of one kind, such as a vocabulary per column, follow each other quickly.
    String kind = state.phase().replaceFirst(" of .*", "");
    boolean begins = !kind.equals(phase);
    if (!begins && !due()) {
      return;
    }
    phase = kind;
    if (state.rows() == 0) {
      say("data: %s", begins ? phase : state.phase());
    } else {
      String left =
          state.secondsLeft().isPresent()
              ? String.format(Locale.ROOT, ", %.0f s left", state.secondsLeft().getAsDouble())
              : "";
      say(
          "data: %s, %,d rows, %,.0f rows/s%s",
          state.phase(), state.rows(), state.rowsPerSecond(), left);
    }
  }

  @Override
  public void on(TrainingEvent event) {
    if (event instanceof TrainingEvent.Started started) {
      steps = started.steps();
      perEpoch = started.stepsPerEpoch();
      measureAnew();
      say(
          "train: %,d parameters and %,d numbers in embedding tables; at most %,d steps, %,d per epoch",
          started.parameters(), started.tableFloats(), steps, perEpoch);
    } else if (event instanceof TrainingEvent.Resumed resumed) {
      say("train: going on after step %,d", resumed.step());
      measureAnew();
    } else if (event instanceof TrainingEvent.Skipped skipped) {
      say("train: a checkpoint was passed over: %s", skipped.why());
    } else if (event instanceof TrainingEvent.Noticed noticed) {
      say("train: %s", noticed.what());
    } else if (event instanceof TrainingEvent.Stepped stepped) {
      stepped(stepped);
    } else if (event instanceof TrainingEvent.EpochDone done) {
      say(
          "epoch %d: loss %.5f%s%s",
          done.epoch(),
          done.loss(),
          done.validation().map(v -> "; validation " + brief(v)).orElse(""),
          done.best() ? "; best " + done.watched().orElse("") + " so far" : "");
      measureAnew();
    } else if (event instanceof TrainingEvent.Done done) {
      say(
          "train: done after %,d steps%s; the state of step %,d is kept",
          done.steps(), done.early() ? ", stopped early" : "", done.bestStep());
    }
  }

  private void stepped(TrainingEvent.Stepped stepped) {
    rows += stepped.rows();
    if (!due()) {
      return;
    }
    double seconds = (System.nanoTime() - since) / 1e9;
    long left = perEpoch - (stepped.step() - 1) % perEpoch - 1;
    say(
        "train: epoch %d, step %,d of %,d, loss %.5f, %,.0f rows/s, %.0f s left in the epoch",
        stepped.epoch() + 1,
        stepped.step(),
        steps,
        stepped.loss(),
        rows / seconds,
        left * stepped.rows() * seconds / rows);
    measureAnew();
  }

  /** What came before, such as a validation, tells nothing of the speed of the steps to come. */
  private void measureAnew() {
    rows = 0;
    since = System.nanoTime();
    next = since + QUIET_NANOS;
  }

  private boolean due() {
    long now = System.nanoTime();
    if (now < next) {
      return false;
    }
    next = now + QUIET_NANOS;
    return true;
  }

  /** One figure per task: AUC, or what stands for it. */
  private static String brief(Evaluation evaluation) {
    return evaluation.tasks().entrySet().stream()
        .map(
            e ->
                Optional.of("auc")
                    .filter(m -> e.getValue().values().containsKey(m))
                    .or(() -> e.getValue().values().keySet().stream().findFirst())
                    .map(
                        m ->
                            "%s %s %s"
                                .formatted(e.getKey(), m, Decimals.of(e.getValue().value(m), 5)))
                    .orElse(e.getKey()))
        .collect(Collectors.joining(", "));
  }
}
