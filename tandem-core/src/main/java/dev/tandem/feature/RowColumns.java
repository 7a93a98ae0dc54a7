package dev.tandem.feature;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.Temporal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Builds columns from raw rows, converting each value to the type in which its column is read. */
final class RowColumns {
  private RowColumns() {}

  /** The column, empty when no row has it. */
  static Optional<Column> of(InputColumn input, List<? extends Row> rows, EncodingCounts counts) {
    List<@Nullable Object> values = new ArrayList<>(rows.size());
    boolean present = false;
    for (Row row : rows) {
      values.add(row.value(input.name()));
      present = present || row.has(input.name());
    }
    if (!present) {
      return Optional.empty();
    }
    long[] malformed = {0};
    Column column = column(input.type(), values, malformed);
    counts.countMalformed(input.name(), malformed[0]);
    return Optional.of(column);
  }

  private static Column column(ColumnType type, List<@Nullable Object> values, long[] malformed) {
    int n = values.size();
    boolean[] nulls = new boolean[n];
    switch (type) {
      case INTEGER -> {
        long[] out = new long[n];
        for (int i = 0; i < n; i++) {
          Long value = integer(values.get(i), malformed);
          nulls[i] = value == null;
          out[i] = value == null ? 0 : value;
        }
        return new IntegerColumn(out, nulls);
      }
      case REAL -> {
        double[] out = new double[n];
        for (int i = 0; i < n; i++) {
          Double value = real(values.get(i), malformed);
          nulls[i] = value == null;
          out[i] = value == null ? 0 : value;
        }
        return new RealColumn(out, nulls);
      }
      case TEXT -> {
        return texts(values, nulls);
      }
      default -> {
        return lists(type.element(), values, malformed);
      }
    }
  }

  private static TextColumn texts(List<@Nullable Object> values, boolean[] nulls) {
    int[] offsets = new int[values.size() + 1];
    byte[] bytes = new byte[values.size() * 16];
    int size = 0;
    for (int i = 0; i < values.size(); i++) {
      Object value = values.get(i);
      nulls[i] = value == null;
      byte[] utf8 = value == null ? new byte[0] : text(value).getBytes(StandardCharsets.UTF_8);
      if (size + utf8.length > bytes.length) {
        bytes = Arrays.copyOf(bytes, 2 * (size + utf8.length));
      }
      System.arraycopy(utf8, 0, bytes, size, utf8.length);
      size += utf8.length;
      offsets[i + 1] = size;
    }
    return new TextColumn(bytes, offsets, nulls);
  }

  private static ListColumn lists(
      ColumnType element, List<@Nullable Object> values, long[] malformed) {
    List<@Nullable Object> flat = new ArrayList<>();
    int[] offsets = new int[values.size() + 1];
    boolean[] nulls = new boolean[values.size()];
    for (int i = 0; i < values.size(); i++) {
      Object value = values.get(i);
      if (value instanceof Collection<?> collection) {
        flat.addAll(collection);
      } else if (value != null && value.getClass().isArray()) {
        int length = java.lang.reflect.Array.getLength(value);
        for (int j = 0; j < length; j++) {
          flat.add(java.lang.reflect.Array.get(value, j));
        }
      } else {
        nulls[i] = true;
        malformed[0] += value == null ? 0 : 1;
      }
      offsets[i + 1] = flat.size();
    }
    return new ListColumn(column(element, flat, malformed), offsets, nulls);
  }

  private static @Nullable Long integer(@Nullable Object value, long[] malformed) {
    try {
      if (value == null) {
        return null;
      } else if (value instanceof Long
          || value instanceof Integer
          || value instanceof Short
          || value instanceof Byte) {
        return ((Number) value).longValue();
      } else if (value instanceof Boolean truth) {
        return truth ? 1L : 0L;
      } else if (value instanceof BigInteger big) {
        return big.longValueExact();
      }
      return new BigDecimal(value.toString().trim()).longValueExact();
    } catch (ArithmeticException | NumberFormatException e) {
      malformed[0]++;
      return null;
    }
  }

  private static @Nullable Double real(@Nullable Object value, long[] malformed) {
    if (value == null) {
      return null;
    } else if (value instanceof Number number) {
      return number.doubleValue();
    } else if (value instanceof Boolean truth) {
      return truth ? 1.0 : 0.0;
    }
    try {
      return value instanceof Temporal time
          ? Double.valueOf(seconds(time))
          : Double.valueOf(value.toString().trim());
    } catch (NumberFormatException | DateTimeException e) {
      malformed[0]++;
      return null;
    }
  }

  /** Seconds since 1970, as the engine reads times; dates and local times are UTC. */
  private static double seconds(Temporal time) {
    Instant instant;
    if (time instanceof LocalDate date) {
      instant = date.atStartOfDay().toInstant(ZoneOffset.UTC);
    } else if (time instanceof LocalDateTime local) {
      instant = local.toInstant(ZoneOffset.UTC);
    } else {
      instant = Instant.from(time);
    }
    return instant.getEpochSecond() + instant.getNano() / 1e9;
  }

  private static String text(Object value) {
    return value instanceof BigDecimal decimal ? decimal.toPlainString() : value.toString();
  }
}
