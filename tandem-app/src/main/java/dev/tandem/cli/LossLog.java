package dev.tandem.cli;

import dev.tandem.archive.ArchiveException;
import dev.tandem.train.TrainingEvent;
import dev.tandem.train.TrainingListener;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes the losses of every step as {@code step,task,loss}; the joint loss is that of the task
 * {@code total}. A run that is resumed continues the file: lines of steps that it makes again are
 * dropped.
 */
final class LossLog implements TrainingListener, AutoCloseable {
  private final Path file;
  private final List<String> tasks;
  private final TrainingListener next;
  private PrintWriter out;
  private long resumedAfter;

  /**
   * Opens the file.
   *
   * @param file where to
   * @param tasks names of the tasks, in the order of their losses
   * @param next hears every event too
   */
  LossLog(Path file, List<String> tasks, TrainingListener next) {
    this.file = file;
    this.tasks = List.copyOf(tasks);
    this.next = next;
    this.out = new PrintWriter(Writer.nullWriter());
  }

  @Override
  public void on(TrainingEvent event) {
    if (event instanceof TrainingEvent.Resumed resumed) {
      resumedAfter = resumed.step();
    } else if (event instanceof TrainingEvent.Started) {
      begin();
    } else if (event instanceof TrainingEvent.Stepped step) {
      out.println(step.step() + ",total," + step.loss());
      for (int k = 0; k < tasks.size(); k++) {
        out.println(step.step() + "," + tasks.get(k) + "," + step.taskLosses().get(k));
      }
    }
    next.on(event);
  }

  private void begin() {
    try {
      List<String> kept = new ArrayList<>();
      if (resumedAfter > 0 && Files.exists(file)) {
        for (String line : Files.readAllLines(file)) {
          int comma = line.indexOf(',');
          if (comma > 0
              && Character.isDigit(line.charAt(0))
              && Long.parseLong(line.substring(0, comma)) <= resumedAfter) {
            kept.add(line);
          }
        }
      }
      out = new PrintWriter(Files.newBufferedWriter(file, StandardCharsets.UTF_8));
      out.println("step,task,loss");
      kept.forEach(out::println);
    } catch (IOException e) {
      throw unwritable(String.valueOf(e.getMessage()), e);
    }
  }

  @Override
  public void close() {
    out.close();
    if (out.checkError()) {
      throw unwritable("the disk refused", null);
    }
  }

  private ArchiveException unwritable(String why, @Nullable Throwable cause) {
    String message = "--losses %s cannot be written: %s".formatted(file, why);
    return cause == null
        ? new ArchiveException(ArchiveException.Kind.NOT_WRITTEN, message)
        : new ArchiveException(ArchiveException.Kind.NOT_WRITTEN, message, cause);
  }
}
