package dev.tandem.model;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The part of a network that a parameter belongs to: an expert, gate, tower and so on. */
public final class BlockName {
  private static final Pattern BLOCK =
      Pattern.compile(
          "^(.*?(?:^|\\.)(?:experts?|towers?|gates?|bottom|attention|cross|task|unit)(?:\\.\\d+)?)(?=\\.|$)"
              + "(?:(\\..*?(?:experts?|gates?)(?:\\.\\d+)?)(?=\\.|$))?");

  // layers of an expert as the interaction models name them: pub.0.W.1, pub.0.b.1
  private static final Pattern LAYERED = Pattern.compile("^(.*\\.\\d+)\\.[A-Za-z]+\\.\\d+$");

  private BlockName() {}

  /** The part of a parameter's name that names its block. */
  public static String of(String parameter) {
    Matcher m = BLOCK.matcher(parameter);
    if (m.find()) {
      return m.group(1) + (m.group(2) == null ? "" : m.group(2));
    }
    Matcher layered = LAYERED.matcher(parameter);
    if (layered.find()) {
      return layered.group(1);
    }
    int dot = parameter.lastIndexOf('.');
    return dot < 0 ? parameter : parameter.substring(0, dot);
  }
}
