package dev.tandem.figure;

import java.awt.Graphics2D;

/** Something that can be drawn into a rectangle whose upper left corner is the origin. */
@FunctionalInterface
interface Panel {
  void paint(Graphics2D to, int width, int height);
}
