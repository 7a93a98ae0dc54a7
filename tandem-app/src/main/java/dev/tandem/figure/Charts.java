package dev.tandem.figure;

import java.awt.BasicStroke;
import java.awt.Font;
import java.util.List;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.CategorySeries;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.AxesChartStyler;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.markers.Marker;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Line and bar charts in one style. */
final class Charts {
  private static final Font TEXT = new Font(Font.SANS_SERIF, Font.PLAIN, 12);
  private static final float[] DASHES = {6f, 4f};
  private static final float[] DOTS = {2f, 3f};

  private Charts() {}

  /** An empty chart of lines and points. */
  static XYChart lines(String title, String x, String y) {
    XYChart chart =
        new XYChartBuilder()
            .width(640)
            .height(400)
            .title(title)
            .xAxisTitle(x)
            .yAxisTitle(y)
            .build();
    style(chart.getStyler());
    return chart;
  }

  /** An empty chart of bars. */
  static CategoryChart bars(String title, String x, String y) {
    CategoryChart chart =
        new CategoryChartBuilder()
            .width(640)
            .height(400)
            .title(title)
            .xAxisTitle(x)
            .yAxisTitle(y)
            .build();
    style(chart.getStyler());
    chart.getStyler().setAvailableSpaceFill(0.75);
    return chart;
  }

  private static void style(AxesChartStyler styler) {
    styler.setChartBackgroundColor(Colours.PAPER);
    styler.setPlotBackgroundColor(Colours.PAPER);
    styler.setPlotBorderVisible(false);
    styler.setPlotGridLinesColor(Colours.LINE);
    styler.setChartFontColor(Colours.INK);
    styler.setChartTitleFont(TEXT.deriveFont(Font.BOLD, 13f));
    styler.setAxisTitleFont(TEXT);
    styler.setAxisTickLabelsFont(TEXT);
    styler.setAxisTickLabelsColor(Colours.INK);
    styler.setLegendFont(TEXT);
    styler.setLegendBorderColor(Colours.PAPER);
    styler.setLegendPosition(Styler.LegendPosition.OutsideS);
    styler.setLegendLayout(Styler.LegendLayout.Horizontal);
    styler.setAntiAlias(true);
  }

  /** Puts the names of many series beside the chart instead of below it. */
  static void namesBeside(XYChart chart) {
    chart.getStyler().setLegendPosition(Styler.LegendPosition.OutsideE);
    chart.getStyler().setLegendLayout(Styler.LegendLayout.Vertical);
    chart.getStyler().setLegendPadding(4);
  }

  /** How a line is drawn, so that lines are told apart without colours too. */
  enum Stroke {
    SOLID,
    DASHED,
    DOTTED;

    /** The i-th, beginning anew after the last. */
    static Stroke of(int i) {
      return switch (i % 3) {
        case 0 -> SOLID;
        case 1 -> DASHED;
        default -> DOTTED;
      };
    }

    private BasicStroke basic() {
      return switch (this) {
        case SOLID -> new BasicStroke(2f);
        case DASHED -> broken(2f, DASHES);
        case DOTTED -> broken(1.5f, DOTS);
      };
    }

    private static BasicStroke broken(float width, float[] pattern) {
      return new BasicStroke(width, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 1f, pattern, 0);
    }
  }

  /** Adds a line that needs no name of its own. */
  static void unnamed(XYChart chart, String id, double[] x, double[] y, int colour, Stroke stroke) {
    add(chart, id, x, y, colour, stroke).setShowInLegend(false);
  }

  /** Adds a line; dashes show between points that lie some pixels apart. */
  static void line(XYChart chart, String name, double[] x, double[] y, int colour, Stroke stroke) {
    add(chart, name, x, y, colour, stroke);
  }

  private static XYSeries add(
      XYChart chart, String name, double[] x, double[] y, int colour, Stroke stroke) {
    XYSeries series = chart.addSeries(name, x, y);
    series.setMarker(SeriesMarkers.NONE);
    series.setLineColor(Colours.of(colour));
    series.setLineStyle(stroke.basic());
    return series;
  }

  /** The shape of the i-th kind of points. */
  static Marker marker(int i) {
    List<Marker> shapes =
        List.of(
            SeriesMarkers.CIRCLE,
            SeriesMarkers.SQUARE,
            SeriesMarkers.DIAMOND,
            SeriesMarkers.TRIANGLE_UP,
            SeriesMarkers.TRIANGLE_DOWN,
            SeriesMarkers.CROSS,
            SeriesMarkers.PLUS,
            SeriesMarkers.TRAPEZOID,
            SeriesMarkers.OVAL);
    return shapes.get(i % shapes.size());
  }

  /** Adds bars, one per category. */
  static void bar(
      CategoryChart chart,
      String name,
      List<String> x,
      List<Double> y,
      List<Double> errors,
      int i) {
    CategorySeries series =
        errors.isEmpty() ? chart.addSeries(name, x, y) : chart.addSeries(name, x, y, errors);
    series.setFillColor(Colours.of(i));
    series.setLineColor(Colours.of(i));
  }
}
