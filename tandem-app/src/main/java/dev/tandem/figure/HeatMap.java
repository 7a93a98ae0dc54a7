package dev.tandem.figure;

import dev.tandem.metric.Decimals;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.util.List;

/**
 * Coloured cells over two axes, with a scale beside them, contour lines and points.
 *
 * @param title above it
 * @param across the horizontal axis
 * @param up the vertical axis
 * @param values [rows][columns], the lowest row first
 * @param low value of the scale's blue end
 * @param high value of its red end
 * @param contours values whose contour lines are drawn
 * @param points further marks, in axis units
 */
@SuppressWarnings("ArrayRecordComponent") // drawn once, never compared
record HeatMap(
    String title,
    Axis across,
    Axis up,
    double[][] values,
    double low,
    double high,
    List<Double> contours,
    List<double[]> points)
    implements Panel {
  private static final int LEFT = 70;
  private static final int RIGHT = 62;
  private static final int TOP = 34;
  private static final int BOTTOM = 50;
  private static final Font TEXT = new Font(Font.SANS_SERIF, Font.PLAIN, 12);
  private static final Font HEAD = TEXT.deriveFont(Font.BOLD, 13f);

  /**
   * An axis: a title, and ticks by their place from 0 to 1.
   *
   * @param from value at its start
   * @param to value at its end
   */
  record Axis(String title, double from, double to, List<Tick> ticks) {
    /** A tick with its label. */
    record Tick(double place, String label) {}

    /** From 0 to 1 in quarters. */
    static Axis unit(String title) {
      return new Axis(
          title,
          0,
          1,
          List.of(
              new Tick(0, "0"),
              new Tick(0.25, "0.25"),
              new Tick(0.5, "0.5"),
              new Tick(0.75, "0.75"),
              new Tick(1, "1")));
    }

    /** One tick in the middle of each of so many cells, labels thinned to at most {@code most}. */
    static Axis cells(String title, List<String> labels, int most) {
      int every = (labels.size() + most - 1) / most;
      List<Tick> ticks =
          java.util.stream.IntStream.range(0, labels.size())
              .filter(i -> i % every == 0)
              .mapToObj(i -> new Tick((i + 0.5) / labels.size(), labels.get(i)))
              .toList();
      return new Axis(title, 0, labels.size(), ticks);
    }
  }

  @Override
  public void paint(Graphics2D g, int width, int height) {
    int left = LEFT + labelWidth(g);
    Rectangle2D.Double area =
        new Rectangle2D.Double(left, TOP, width - left - RIGHT, height - TOP - BOTTOM);
    g.setFont(HEAD);
    g.setColor(Colours.INK);
    g.drawString(title, left, TOP - 12);
    cells(g, area);
    g.setFont(TEXT);
    contours.forEach(value -> contour(g, area, value));
    marks(g, area);
    axes(g, area);
    scale(g, area);
  }

  /** What the labels of the vertical axis need beyond the usual margin. */
  private int labelWidth(Graphics2D g) {
    FontMetrics metrics = g.getFontMetrics(TEXT);
    int widest = up.ticks().stream().mapToInt(t -> metrics.stringWidth(t.label())).max().orElse(0);
    return Math.max(0, widest - 36);
  }

  private void cells(Graphics2D g, Rectangle2D.Double area) {
    int rows = values.length;
    int columns = values[0].length;
    BufferedImage image = new BufferedImage(columns, rows, BufferedImage.TYPE_INT_RGB);
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < columns; c++) {
        Color colour = Colours.diverging((values[r][c] - low) / (high - low));
        image.setRGB(c, rows - 1 - r, colour.getRGB());
      }
    }
    // Every cell at least a few pixels wide, so that no viewer smooths across cells.
    int times = Math.max(1, (int) Math.ceil(2 * area.width / columns));
    int timesUp = Math.max(1, (int) Math.ceil(2 * area.height / rows));
    BufferedImage large =
        new BufferedImage(columns * times, rows * timesUp, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < large.getHeight(); y++) {
      for (int x = 0; x < large.getWidth(); x++) {
        large.setRGB(x, y, image.getRGB(x / times, y / timesUp));
      }
    }
    g.drawImage(
        large,
        (int) area.x,
        (int) area.y,
        (int) Math.round(area.width),
        (int) Math.round(area.height),
        null);
    g.setColor(Colours.SOFT);
    g.setStroke(new BasicStroke(1f));
    g.draw(area);
  }

  /** Line segments within each square of neighbouring grid points (marching squares). */
  private void contour(Graphics2D g, Rectangle2D.Double area, double value) {
    g.setColor(Colours.INK);
    g.setStroke(new BasicStroke(1.2f));
    int rows = values.length;
    int columns = values[0].length;
    for (int r = 0; r + 1 < rows; r++) {
      for (int c = 0; c + 1 < columns; c++) {
        double[] x = new double[4];
        double[] y = new double[4];
        int n = 0;
        double[][] corners = {{r, c}, {r, c + 1}, {r + 1, c + 1}, {r + 1, c}};
        for (int e = 0; e < 4; e++) {
          double[] a = corners[e];
          double[] b = corners[(e + 1) % 4];
          double va = values[(int) a[0]][(int) a[1]] - value;
          double vb = values[(int) b[0]][(int) b[1]] - value;
          if ((va < 0) != (vb < 0)) {
            double share = va / (va - vb);
            y[n] = a[0] + share * (b[0] - a[0]);
            x[n++] = a[1] + share * (b[1] - a[1]);
          }
        }
        for (int i = 0; i + 1 < n; i += 2) {
          g.draw(
              new Line2D.Double(
                  area.x + area.width * x[i] / (columns - 1),
                  area.y + area.height * (1 - y[i] / (rows - 1)),
                  area.x + area.width * x[i + 1] / (columns - 1),
                  area.y + area.height * (1 - y[i + 1] / (rows - 1))));
        }
      }
    }
  }

  private void marks(Graphics2D g, Rectangle2D.Double area) {
    for (double[] point : points) {
      double x = area.x + area.width * (point[0] - across.from()) / (across.to() - across.from());
      double y = area.y + area.height * (1 - (point[1] - up.from()) / (up.to() - up.from()));
      Ellipse2D.Double dot = new Ellipse2D.Double(x - 3, y - 3, 6, 6);
      g.setColor(Colours.PAPER);
      g.fill(dot);
      g.setColor(Colours.INK);
      g.setStroke(new BasicStroke(1f));
      g.draw(dot);
    }
  }

  private void axes(Graphics2D g, Rectangle2D.Double area) {
    FontMetrics metrics = g.getFontMetrics();
    g.setColor(Colours.INK);
    g.setStroke(new BasicStroke(1f));
    double bottom = area.y + area.height;
    for (Axis.Tick tick : across.ticks()) {
      double x = area.x + tick.place() * area.width;
      g.draw(new Line2D.Double(x, bottom, x, bottom + 4));
      g.drawString(
          tick.label(), (float) (x - metrics.stringWidth(tick.label()) / 2.0), (float) bottom + 17);
    }
    for (Axis.Tick tick : up.ticks()) {
      double y = bottom - tick.place() * area.height;
      g.draw(new Line2D.Double(area.x - 4, y, area.x, y));
      g.drawString(
          tick.label(), (float) (area.x - 7 - metrics.stringWidth(tick.label())), (float) y + 4);
    }
    float middle = (float) (area.x + (area.width - metrics.stringWidth(across.title())) / 2);
    g.drawString(across.title(), middle, (float) bottom + 36);
    java.awt.geom.AffineTransform home = g.getTransform();
    g.translate(15, area.y + (area.height + metrics.stringWidth(up.title())) / 2);
    g.rotate(-Math.PI / 2);
    g.drawString(up.title(), 0, 0);
    g.setTransform(home);
  }

  private void scale(Graphics2D g, Rectangle2D.Double area) {
    int x = (int) (area.x + area.width) + 12;
    int steps = (int) area.height;
    for (int i = 0; i < steps; i++) {
      g.setColor(Colours.diverging(1 - (double) i / steps));
      g.fillRect(x, (int) area.y + i, 12, 1);
    }
    g.setColor(Colours.INK);
    g.drawString(number(high), x + 16, (int) area.y + 9);
    g.drawString(number((low + high) / 2), x + 16, (int) (area.y + area.height / 2) + 4);
    g.drawString(number(low), x + 16, (int) (area.y + area.height));
  }

  private static String number(double value) {
    return value == Math.rint(value) ? String.valueOf((long) value) : Decimals.of(value, 2);
  }
}
