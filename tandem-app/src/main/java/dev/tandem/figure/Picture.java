package dev.tandem.figure;

import java.awt.Graphics2D;
import java.awt.Image;
import java.awt.RenderingHints;
import java.awt.geom.AffineTransform;
import java.awt.image.BufferedImage;
import java.awt.image.RenderedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.StringWriter;
import java.util.Base64;
import java.util.List;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.apache.batik.svggen.DefaultExtensionHandler;
import org.apache.batik.svggen.DefaultImageHandler;
import org.apache.batik.svggen.SVGGeneratorContext;
import org.apache.batik.svggen.SVGGraphics2D;
import org.apache.batik.svggen.SVGGraphics2DIOException;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

/**
 * Panels side by side and below each other, on white, so that a picture looks the same in a light
 * and in a dark page.
 *
 * @param panels row by row
 * @param columns panels in a row
 * @param width of a panel
 * @param height of a panel
 */
record Picture(List<Panel> panels, int columns, int width, int height) {
  private static final int SHARPNESS = 2; // pixels of the PNG per unit

  Picture {
    panels = List.copyOf(panels);
  }

  /** One panel. */
  static Picture of(Panel panel, int width, int height) {
    return new Picture(List.of(panel), 1, width, height);
  }

  int totalWidth() {
    return width * Math.min(columns, panels.size());
  }

  int totalHeight() {
    return height * ((panels.size() + columns - 1) / columns);
  }

  /** As pixels, two per unit. */
  byte[] png() throws IOException {
    BufferedImage image =
        new BufferedImage(
            SHARPNESS * totalWidth(), SHARPNESS * totalHeight(), BufferedImage.TYPE_INT_RGB);
    Graphics2D g = image.createGraphics();
    g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    g.setRenderingHint(
        RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
    g.scale(SHARPNESS, SHARPNESS);
    paint(g);
    g.dispose();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ImageIO.write(image, "png", bytes);
    return bytes.toByteArray();
  }

  /** As vectors. */
  String svg() throws IOException {
    SVGGraphics2D g =
        new SVGGraphics2D(document(), new InlineImages(), new DefaultExtensionHandler(), false);
    g.setSVGCanvasSize(new java.awt.Dimension(totalWidth(), totalHeight()));
    paint(g);
    StringWriter text = new StringWriter();
    g.stream(text, true);
    // Batik names a document type that a careful reader would fetch.
    return text.toString().replaceFirst("<!DOCTYPE[^>]*>", "");
  }

  private static Document document() {
    try {
      return DocumentBuilderFactory.newInstance()
          .newDocumentBuilder()
          .getDOMImplementation()
          .createDocument("http://www.w3.org/2000/svg", "svg", null);
    } catch (ParserConfigurationException e) {
      throw new IllegalStateException("Every JDK builds documents", e);
    }
  }

  private void paint(Graphics2D g) {
    g.setColor(Colours.PAPER);
    g.fillRect(0, 0, totalWidth(), totalHeight());
    AffineTransform home = g.getTransform();
    for (int i = 0; i < panels.size(); i++) {
      g.setTransform(home);
      g.translate(i % columns * width, i / columns * height);
      panels.get(i).paint(g, width, height);
    }
    g.setTransform(home);
  }

  /** Images as PNG within the file. */
  private static final class InlineImages extends DefaultImageHandler {
    @Override
    protected void handleHREF(Image image, Element element, SVGGeneratorContext context)
        throws SVGGraphics2DIOException {
      handleHREF((RenderedImage) image, element, context);
    }

    @Override
    protected void handleHREF(RenderedImage image, Element element, SVGGeneratorContext context)
        throws SVGGraphics2DIOException {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      try {
        ImageIO.write(image, "png", bytes);
      } catch (IOException e) {
        throw new SVGGraphics2DIOException(e);
      }
      element.setAttributeNS(
          "http://www.w3.org/1999/xlink",
          "xlink:href",
          "data:image/png;base64," + Base64.getEncoder().encodeToString(bytes.toByteArray()));
    }
  }
}
