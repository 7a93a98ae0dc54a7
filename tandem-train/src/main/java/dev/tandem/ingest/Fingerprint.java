package dev.tandem.ingest;

import dev.tandem.feature.DataException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A SHA-256 over everything that decides what encoded data look like. */
final class Fingerprint {
  private static final int SAMPLE = 1 << 16;

  private final MessageDigest digest;

  Fingerprint() {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Adds records, collections and plain values, maps in the order of their keys. */
  Fingerprint add(@Nullable Object value) {
    digest.update(canonical(value).getBytes(StandardCharsets.UTF_8));
    digest.update((byte) 0);
    return this;
  }

  /** Adds a file's path, size, time of change, and its first and last 64 KiB. */
  Fingerprint add(Path file) {
    try {
      add(file.toAbsolutePath().normalize().toString());
      if (!Files.isRegularFile(file)) {
        return this;
      }
      add(Files.size(file)).add(Files.getLastModifiedTime(file).toMillis());
      try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
        sample(in, 0);
        sample(in, Math.max(0, in.length() - SAMPLE));
      }
      return this;
    } catch (IOException e) {
      throw new DataException(file + " cannot be read: " + e.getMessage(), e);
    }
  }

  private void sample(RandomAccessFile in, long from) throws IOException {
    byte[] bytes = new byte[(int) Math.min(SAMPLE, in.length() - from)];
    in.seek(from);
    in.readFully(bytes);
    digest.update(bytes);
  }

  /** The sum as hexadecimal digits; the object is then used up. */
  String hex() {
    return HexFormat.of().formatHex(digest.digest());
  }

  private static String canonical(@Nullable Object value) {
    if (value == null) {
      return "null";
    } else if (value instanceof Optional<?> optional) {
      return "?" + canonical(optional.orElse(null));
    } else if (value instanceof Map<?, ?> map) {
      TreeMap<String, String> sorted = new TreeMap<>();
      map.forEach((k, v) -> sorted.put(canonical(k), canonical(v)));
      return sorted.toString();
    } else if (value instanceof Collection<?> list) {
      StringBuilder text = new StringBuilder("[");
      list.forEach(e -> text.append(canonical(e)).append(';'));
      return text.append(']').toString();
    } else if (value instanceof Record record) {
      StringBuilder text = new StringBuilder(record.getClass().getSimpleName()).append('(');
      for (RecordComponent component : record.getClass().getRecordComponents()) {
        try {
          component.getAccessor().setAccessible(true);
          text.append(component.getName())
              .append('=')
              .append(canonical(component.getAccessor().invoke(record)))
              .append(';');
        } catch (ReflectiveOperationException e) {
          throw new IllegalStateException(e);
        }
      }
      return text.append(')').toString();
    }
    return value.getClass().getSimpleName() + ":" + value.toString().length() + ":" + value;
  }
}
