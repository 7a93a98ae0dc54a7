package dev.tandem.train;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tandem.archive.AtomicFiles;
import dev.tandem.feature.Batch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A loss that is not finite: what is known of it, and the batch for a closer look. */
final class Divergence {
  private Divergence() {}

  /** Saves the batch and says what happened. */
  static DivergedException report(
      TrainingJob job, PreparedBatch batch, TrainingStep.Losses losses, long epoch, long step) {
    List<String> tasks = new ArrayList<>();
    for (int k = 0; k < losses.tasks().size(); k++) {
      if (!Double.isFinite(losses.tasks().get(k))) {
        tasks.add(job.blueprint().tasks().get(k).name());
      }
    }
    String which = tasks.isEmpty() ? "the joint loss" : "the loss of " + String.join(", ", tasks);
    String what = which + " is " + losses.total() + " in epoch " + epoch + ", step " + step;
    String advice =
        " Lower the learning rate, set train.clip_norm, or look for extreme numbers in these rows.";
    Path file =
        job.checkpoints().resolveSibling("diverged-step-" + step + ".json").toAbsolutePath();
    try {
      AtomicFiles.write(file, json(job, batch, losses, epoch, step));
    } catch (IOException e) {
      return new DivergedException(
          what + "; its batch could not be saved to " + file + ": " + e.getMessage() + "." + advice,
          e);
    }
    return new DivergedException(what + "; its batch is in " + file + "." + advice);
  }

  private static String json(
      TrainingJob job, PreparedBatch prepared, TrainingStep.Losses losses, long epoch, long step) {
    Batch batch = prepared.batch();
    ObjectNode root = new ObjectMapper().createObjectNode();
    root.put("epoch", epoch).put("step", step).put("loss", String.valueOf(losses.total()));
    ObjectNode tasks = root.putObject("task_losses");
    for (int k = 0; k < losses.tasks().size(); k++) {
      tasks.put(job.blueprint().tasks().get(k).name(), String.valueOf(losses.tasks().get(k)));
    }
    List<String> names = batch.layout().numbers();
    ArrayNode columns = root.putArray("columns");
    names.forEach(columns::add);
    ArrayNode rows = root.putArray("rows");
    for (int r = 0; r < batch.rows(); r++) {
      ObjectNode row = rows.addObject().put("row", batch.rowNumbers()[r]);
      ArrayNode numbers = row.putArray("numbers");
      for (int n = 0; n < names.size(); n++) {
        numbers.add(String.valueOf(batch.numbers()[r * names.size() + n]));
      }
      ArrayNode labels = row.putArray("labels");
      for (int k = 0; k < batch.tasks(); k++) {
        labels.add(batch.labels()[r * batch.tasks() + k]);
      }
    }
    return root.toString();
  }
}
