package dev.tandem.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import picocli.CommandLine;

/** Runs the real command in this process, as the launcher does in one of its own. */
record Shell(int code, String out, String err) {

  static Shell run(Object... words) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine line =
        new CommandLine(new TandemCommand())
            .setOut(new PrintWriter(out))
            .setErr(new PrintWriter(err));
    String[] args = new String[words.length];
    for (int i = 0; i < words.length; i++) {
      args[i] = words[i].toString();
    }
    int code = Main.run(line, args);
    return new Shell(code, out.toString(), err.toString());
  }

  /** The lines of standard error that are messages of failure, without progress. */
  String complaint() {
    int at = err.indexOf("tandem: ");
    return at < 0 ? "" : err.substring(at);
  }
}
