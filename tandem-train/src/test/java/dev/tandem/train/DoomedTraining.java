package dev.tandem.train;

import dev.tandem.archive.AtomicFiles;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A training in a process of its own, to be killed: arguments are a directory and "resume". */
final class DoomedTraining {
  private DoomedTraining() {}

  static TrainingJob job(Path directory, boolean resume) {
    return new TrainingJob(
        Synthetic.blueprint(0.1),
        Synthetic.config(40, 64, 2, 1000),
        Synthetic.evaluation(),
        new Synthetic(1500, 1),
        Optional.of(new Synthetic(400, 2)),
        directory.resolve("checkpoints"),
        "run",
        resume);
  }

  public static void main(String[] args) throws Exception {
    Path directory = Path.of(args[0]);
    TrainedModel model =
        Trainer.train(
            job(directory, args.length > 1),
            event -> {
              if (event instanceof TrainingEvent.Started) {
                System.out.println("started");
              }
            },
            () -> false);
    StringBuilder text = new StringBuilder();
    for (Map.Entry<String, List<Float>> tensor : TrainerTest.bits(model).entrySet()) {
      text.append(tensor.getKey()).append(' ').append(tensor.getValue()).append('\n');
    }
    text.append(model.curvesCsv());
    AtomicFiles.write(directory.resolve("bits.txt"), text.toString());
  }
}
