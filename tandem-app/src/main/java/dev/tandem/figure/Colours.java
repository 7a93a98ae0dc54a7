package dev.tandem.figure;

import java.awt.Color;
import java.util.List;

/** Okabe and Ito's colours, which every kind of colour vision tells apart, and two ramps. */
final class Colours {
  static final Color PAPER = Color.WHITE;
  static final Color INK = new Color(0x1b1f24);
  static final Color SOFT = new Color(0x57606a);
  static final Color LINE = new Color(0xd5dae0);

  private static final List<Color> SERIES =
      List.of(
          new Color(0x0072b2),
          new Color(0xd55e00),
          new Color(0x009e73),
          new Color(0xb5488f),
          new Color(0xb27a00),
          new Color(0x3a93c9),
          new Color(0x6b5b95),
          new Color(0x444c56));

  private static final List<Color> DIVERGING =
      List.of(
          new Color(0x2c5aa0),
          new Color(0x8fb3dd),
          new Color(0xfff3b0),
          new Color(0xf0904f),
          new Color(0xb2182b));

  private Colours() {}

  /** The colour of the i-th series. */
  static Color of(int i) {
    return SERIES.get(i % SERIES.size());
  }

  /** Blue at 0, pale yellow at a half, red at 1. */
  static Color diverging(double share) {
    double at = Math.max(0, Math.min(1, share)) * (DIVERGING.size() - 1);
    int low = Math.min((int) at, DIVERGING.size() - 2);
    return mixed(DIVERGING.get(low), DIVERGING.get(low + 1), at - low);
  }

  private static Color mixed(Color a, Color b, double share) {
    return new Color(
        (int) Math.round(a.getRed() + share * (b.getRed() - a.getRed())),
        (int) Math.round(a.getGreen() + share * (b.getGreen() - a.getGreen())),
        (int) Math.round(a.getBlue() + share * (b.getBlue() - a.getBlue())));
  }
}
