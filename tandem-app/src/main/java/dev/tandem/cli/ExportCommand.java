package dev.tandem.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Writes a stored model for other runtimes. */
@Command(
    name = "export",
    description = {
      "Writes a model archive for other runtimes: its network as ONNX, its tables, its encoding.",
      "NAME.onnx (standard operators, dynamic batch), NAME.safetensors (embedding tables) and NAME.json (preprocessing). tools/score_onnx.py",
      "scores raw rows with them."
    })
final class ExportCommand implements Callable<Integer> {

  @Parameters(paramLabel = "MODEL", description = "Directory of the model archive.")
  private Path model = Path.of("");

  @Option(
      names = "--out",
      required = true,
      paramLabel = "NAME.onnx",
      description = "The ONNX file; the others stand beside it.")
  private Path out = Path.of("");

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    if (!out.toString().endsWith(".onnx") || Files.isDirectory(out)) {
      throw new ParameterException(
          spec.commandLine(),
          "--out %s: an export is three files; name the first of them, a file NAME.onnx, and NAME.json and NAME.safetensors will stand beside it"
              .formatted(out));
    }
    Destination.requireFile(out);
    for (Path file : OnnxExport.write(model, out)) {
      spec.commandLine().getOut().println(file);
    }
    return ExitCode.OK;
  }
}
