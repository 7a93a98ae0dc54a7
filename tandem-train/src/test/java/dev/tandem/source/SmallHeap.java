package dev.tandem.source;

import java.nio.file.Path;

/** An import in a process of its own, whose heap the caller limits. */
final class SmallHeap {
  private SmallHeap() {}

  /** Arguments: directory to read, directory to write, megabytes. */
  public static void main(String[] args) {
    ImportReport report =
        new AliCcp()
            .read(
                Path.of(args[0]),
                Path.of(args[1]),
                new ImportOptions("", false, Integer.parseInt(args[2])),
                n -> {});
    System.out.println(report);
  }
}
