package dev.tandem.config;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Turns single values into what a record holds, or says what is wrong with them. */
final class Scalars {
  static final Pattern WHOLE = Pattern.compile("[-+]?[0-9]+");
  static final Pattern REAL =
      Pattern.compile("[-+]?(\\.[0-9]+|[0-9]+(\\.[0-9]*)?)([eE][-+]?[0-9]+)?");

  private final Problems problems;

  Scalars(Problems problems) {
    this.problems = problems;
  }

  /** The value as shape says, or null after a problem has been reported. */
  @Nullable Object bind(ConfigNode node, Shape shape) {
    if (!(node instanceof ConfigNode.Scalar scalar)) {
      return wrong(node, expected(shape), ConfigText.describe(node));
    }
    if (scalar.isNull()) {
      return wrong(node, expected(shape), "nothing");
    }
    if (shape instanceof Shape.Text) {
      return scalar.text();
    }
    if (scalar.quoted() && !(shape instanceof Shape.Choice)) {
      return wrong(node, expected(shape), ConfigText.describe(node) + " in quotes");
    }
    if (shape instanceof Shape.Flag) {
      return flag(scalar);
    } else if (shape instanceof Shape.Whole whole) {
      return whole(scalar, whole);
    } else if (shape instanceof Shape.Real real) {
      return real(scalar, real);
    }
    return choice(scalar, (Shape.Choice) shape);
  }

  private @Nullable Object wrong(ConfigNode node, String expected, String found) {
    problems.report(node.place(), "expected " + expected + ", found " + found);
    return null;
  }

  private @Nullable Object flag(ConfigNode.Scalar scalar) {
    return switch (scalar.text()) {
      case "true" -> true;
      case "false" -> false;
      default -> wrong(scalar, "true or false", ConfigText.describe(scalar));
    };
  }

  private @Nullable Object whole(ConfigNode.Scalar scalar, Shape.Whole shape) {
    if (!WHOLE.matcher(scalar.text()).matches()) {
      return wrong(scalar, expected(shape), ConfigText.describe(scalar));
    }
    long value;
    try {
      value = Long.parseLong(scalar.text());
    } catch (NumberFormatException e) {
      return wrong(scalar, expected(shape), scalar.text() + ", which is too large");
    }
    boolean fits = shape.type().equals(long.class) || value == (int) value;
    if (!fits || value < shape.min() || value > shape.max()) {
      return outOfRange(scalar, shape);
    }
    return shape.type().equals(long.class) ? (Object) value : (Object) (int) value;
  }

  private @Nullable Object real(ConfigNode.Scalar scalar, Shape.Real shape) {
    if (!REAL.matcher(scalar.text()).matches()) {
      return wrong(scalar, expected(shape), ConfigText.describe(scalar));
    }
    double value = Double.parseDouble(scalar.text());
    return value >= shape.min() && value <= shape.max() && !Double.isInfinite(value)
        ? (Object) value
        : outOfRange(scalar, shape);
  }

  private @Nullable Object outOfRange(ConfigNode.Scalar scalar, Shape shape) {
    return wrong(scalar, expected(shape), scalar.text());
  }

  private @Nullable Object choice(ConfigNode.Scalar scalar, Shape.Choice shape) {
    int index = shape.names().indexOf(scalar.text());
    if (index >= 0) {
      return shape.type().getEnumConstants()[index];
    }
    return wrong(
        scalar, expected(shape), scalar.text() + Nearest.hint(scalar.text(), shape.names()));
  }

  /** The allowed values in words. */
  static String expected(Shape shape) {
    if (shape instanceof Shape.Flag) {
      return "true or false";
    } else if (shape instanceof Shape.Whole whole) {
      boolean wide = whole.type().equals(long.class);
      return "a whole number"
          + range(whole.min(), Math.min(whole.max(), wide ? 1e300 : Integer.MAX_VALUE));
    } else if (shape instanceof Shape.Real real) {
      return "a number" + range(real.min(), real.max());
    } else if (shape instanceof Shape.Choice choice) {
      return "one of " + String.join(", ", choice.names());
    } else if (shape instanceof Shape.Maybe maybe) {
      return expected(maybe.value());
    } else if (shape instanceof Shape.Many) {
      return "a list";
    } else if (shape instanceof Shape.Text) {
      return "text";
    }
    return "a mapping";
  }

  /** The interval in words: " from 1 to 5", " of at least 1", or nothing. */
  static String range(double min, double max) {
    boolean low = min > -1e300;
    boolean high = max < 1e300 && max != Integer.MAX_VALUE;
    if (low && high) {
      return " from " + number(min) + " to " + number(max);
    }
    return low ? " of at least " + number(min) : high ? " of at most " + number(max) : "";
  }

  /** A number as a person writes it. */
  static String number(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? Long.toString((long) value)
        : Double.toString(value);
  }
}
