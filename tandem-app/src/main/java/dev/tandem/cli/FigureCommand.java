package dev.tandem.cli;

import dev.tandem.figure.ActivationShares;
import dev.tandem.figure.CoefficientMaps;
import dev.tandem.figure.Confidences;
import dev.tandem.figure.Figure;
import dev.tandem.figure.FigureFolder;
import dev.tandem.figure.GainBars;
import dev.tandem.figure.GateTrajectories;
import dev.tandem.figure.LossCurves;
import dev.tandem.figure.RowSource;
import dev.tandem.figure.SelectionMaps;
import dev.tandem.train.StoredModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Draws the figures of the DEPHN paper, and further ones, from finished runs. */
@Command(
    name = "figure",
    description = {
      "Draws a figure from a finished run: numbers as CSV, pictures as SVG and PNG, one page.",
      "The page, index.html, shows all figures of the directory with what to look for and what there is to see."
    })
final class FigureCommand implements Runnable {

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(),
        "Missing command: coefficients, selection, activations, gains, losses, confidences or gates");
  }

  /** The model that is drawn. */
  static final class ModelArgument {
    @Parameters(paramLabel = "MODEL", description = "Directory of the model archive.")
    private Path model = Path.of("");

    StoredModel open() {
      return StoredModel.open(model);
    }
  }

  /** The rows that are scored for a figure. */
  static final class RowFiles {
    @Option(
        names = "--data",
        required = true,
        paramLabel = "FILE",
        description = "Rows to score, such as the test part; may be repeated.")
    private List<String> files = new ArrayList<>();

    @Mixin private SourceOption sources = new SourceOption();

    RowSource in(TemporaryDirectory temporary) {
      return (model, labelled) -> sources.rows(model, files, labelled, temporary.path());
    }
  }

  /** Where the files go. */
  static final class Out {
    @Option(
        names = "--out",
        required = true,
        paramLabel = "DIR",
        description = "Directory of the figures; figures of other names that are there stay.")
    private Path out = Path.of("");

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    int write(Figure figure) {
      FigureFolder.write(out, figure);
      spec.commandLine().getOut().printf("%s: %s%n", figure.title(), figure.found());
      spec.commandLine()
          .getOut()
          .printf("%s.csv, .svg, .png and index.html in %s%n", figure.id(), out);
      return ExitCode.OK;
    }
  }

  @Command(
      name = "coefficients",
      description = "Figure 4: the eight coefficient functions of the virtual gradient.")
  int coefficients(@Mixin Out out) {
    return out.write(CoefficientMaps.figure());
  }

  @Command(
      name = "selection",
      description =
          "Figure 3(a): soft selection of raw and attended fields, of a model of the PHN family.")
  int selection(@Mixin ModelArgument model, @Mixin Out out) {
    return out.write(SelectionMaps.figure(model.open()));
  }

  @Command(
      name = "activations",
      description =
          "Figure 3(b): public and private activation before the sigmoid, of a model of the PHN family.")
  int activations(@Mixin ModelArgument model, @Mixin RowFiles rows, @Mixin Out out)
      throws IOException {
    try (TemporaryDirectory temporary = new TemporaryDirectory()) {
      return out.write(ActivationShares.figure(model.open(), rows.in(temporary)));
    }
  }

  @Command(
      name = "gains",
      description = {
        "Figure 5: gains over the baseline of an experiment, such as experiments/dephn-fig5.yaml.",
        "Models named 'A + B' stand in the panel A under the name B, others in every panel."
      })
  int gains(
      @Parameters(paramLabel = "RESULTS", description = "Directory of the results.") Path results,
      @Mixin Out out) {
    return out.write(GainBars.figure(results));
  }

  @Command(
      name = "losses",
      description = "Figure 6: losses of every step, as 'tandem train --losses' writes them.")
  int losses(
      @Parameters(
              paramLabel = "NAME=FILE",
              arity = "1..*",
              description = "Runs by name, such as TVG=tvg.csv MG=mg.csv.")
          Map<String, Path> runs,
      @Mixin Out out) {
    return out.write(LossCurves.figure(new LinkedHashMap<>(runs)));
  }

  @Command(
      name = "confidences",
      description = {
        "Figure 7: activations along the confidence that labels were made from.",
        "Without --confidence rows are sorted by each model's own first activation."
      })
  int confidences(
      @Parameters(paramLabel = "MODEL", arity = "1..*", description = "Model archives.")
          List<Path> models,
      @Mixin RowFiles rows,
      @Option(
              names = "--confidence",
              paramLabel = "COLUMN",
              description = "Column of a task's confidence, the base task's first; repeated.")
          List<String> columns,
      @Option(
              names = "--rescale",
              description = "Put activations on the confidences' scale by least squares.")
          boolean rescale,
      @Mixin Out out)
      throws IOException {
    List<StoredModel> opened = new ArrayList<>();
    models.forEach(model -> opened.add(StoredModel.open(model)));
    List<String> named = columns == null ? List.of() : columns;
    try (TemporaryDirectory temporary = new TemporaryDirectory()) {
      return out.write(
          Confidences.figure(opened, rows.in(temporary), new Confidences.Options(named, rescale)));
    }
  }

  @Command(
      name = "gates",
      description =
          "Trained gates of a DEPHN with gate tvg epoch by epoch, coefficients, similarity of the labels.")
  int gates(@Mixin ModelArgument model, @Mixin RowFiles rows, @Mixin Out out) throws IOException {
    try (TemporaryDirectory temporary = new TemporaryDirectory()) {
      return out.write(GateTrajectories.figure(model.open(), rows.in(temporary)));
    }
  }
}
