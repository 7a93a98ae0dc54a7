package dev.tandem.archive;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A safetensors file open for reading: names, shapes, and the tensors' elements, copied or
 * memory-mapped. Thread-safe. Mappings stay valid after {@link #close()}; copies need the open
 * file.
 */
public final class SafetensorsFile implements AutoCloseable {
  private static final long HEADER_LIMIT = 100_000_000;

  private final Map<String, StoredTensor> tensors;
  private final Map<String, String> metadata;
  private final FileChannel channel;
  private final boolean owned;

  private SafetensorsFile(
      FileChannel channel,
      boolean owned,
      Map<String, StoredTensor> tensors,
      Map<String, String> metadata) {
    this.channel = channel;
    this.owned = owned;
    this.tensors = Collections.unmodifiableMap(tensors);
    this.metadata = Map.copyOf(metadata);
  }

  /**
   * Opens a file and checks its header: every tensor's bytes inside the file, without gap or
   * overlap.
   *
   * @throws ArchiveException CORRUPT if it is not a whole safetensors file, NOT_READ if the disk
   *     refuses
   */
  public static SafetensorsFile open(Path file) {
    try {
      FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
      try {
        return read(file.toString(), channel, true);
      } catch (IOException | RuntimeException e) {
        channel.close();
        throw e;
      }
    } catch (IOException e) {
      throw ArchiveException.notRead("tensor file", file, e);
    }
  }

  /** Reads the header of an open channel, which {@link #close()} closes if it is {@code owned}. */
  static SafetensorsFile read(String what, FileChannel channel, boolean owned) throws IOException {
    long size = channel.size();
    if (size < Long.BYTES + 2) {
      throw corrupt(what, "it has " + size + " bytes only");
    }
    ByteBuffer length = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    readFully(what, channel, length, 0);
    long header = length.getLong(0);
    if (header < 2 || header > HEADER_LIMIT || header > size - Long.BYTES) {
      throw corrupt(what, "its header is " + header + " bytes long in a file of " + size);
    }
    ByteBuffer json = ByteBuffer.allocate((int) header);
    readFully(what, channel, json, Long.BYTES);
    JsonNode root;
    try {
      root =
          new ObjectMapper()
              .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
              .readTree(json.array());
    } catch (IOException e) {
      throw corrupt(what, "its header is not JSON");
    }
    if (!root.isObject()) {
      throw corrupt(what, "its header is not a JSON object");
    }
    Map<String, String> metadata = new LinkedHashMap<>();
    List<StoredTensor> found = new ArrayList<>();
    for (Map.Entry<String, JsonNode> e : root.properties()) {
      if (e.getKey().equals("__metadata__")) {
        e.getValue().properties().forEach(m -> metadata.put(m.getKey(), m.getValue().asText()));
      } else {
        found.add(tensor(what, channel, Long.BYTES + header, e.getKey(), e.getValue()));
      }
    }
    checkCover(what, found, Long.BYTES + header, size);
    Map<String, StoredTensor> tensors = new LinkedHashMap<>();
    found.forEach(t -> tensors.put(t.spec().name(), t));
    return new SafetensorsFile(channel, owned, tensors, metadata);
  }

  /** All tensors, in the header's order. */
  public Collection<StoredTensor> tensors() {
    return tensors.values();
  }

  public boolean has(String name) {
    return tensors.containsKey(name);
  }

  /**
   * One tensor.
   *
   * @throws IllegalArgumentException if there is none of that name, listing those there are
   */
  public StoredTensor tensor(String name) {
    StoredTensor tensor = tensors.get(name);
    if (tensor == null) {
      throw new IllegalArgumentException(
          "No tensor \"" + name + "\"; there are " + tensors.keySet());
    }
    return tensor;
  }

  /** The free strings of the header. */
  public Map<String, String> metadata() {
    return metadata;
  }

  @Override
  public void close() {
    if (owned) {
      try {
        channel.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private static StoredTensor tensor(
      String what, FileChannel channel, long data, String name, JsonNode node) {
    DType type;
    try {
      type = DType.valueOf(node.path("dtype").asText());
    } catch (IllegalArgumentException e) {
      throw corrupt(
          what,
          "tensor \""
              + name
              + "\" has the element type "
              + node.path("dtype")
              + ", known are "
              + List.of(DType.values()));
    }
    JsonNode offsets = node.path("data_offsets");
    List<Long> shape = new ArrayList<>();
    node.path("shape")
        .forEach(
            n -> shape.add(n.canConvertToLong() && n.isIntegralNumber() ? n.longValue() : -1L));
    TensorSpec spec;
    try {
      spec = new TensorSpec(name, type, shape);
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw corrupt(what, "tensor \"" + name + "\" has the shape " + node.path("shape"));
    }
    long begin = offsets.path(0).asLong(-1);
    long end = offsets.path(1).asLong(-1);
    if (!node.path("shape").isArray() || begin < 0 || end - begin != spec.bytes()) {
      throw corrupt(
          what, "tensor \"" + name + "\" of shape " + shape + " has the offsets " + offsets);
    }
    return new StoredTensor(what, channel, spec, data + begin);
  }

  private static void checkCover(String what, List<StoredTensor> tensors, long data, long size) {
    long at = data;
    for (StoredTensor t :
        tensors.stream()
            .sorted(
                Comparator.comparingLong(StoredTensor::position)
                    .thenComparingLong(t -> t.spec().bytes()))
            .toList()) {
      if (t.position() != at) {
        throw corrupt(
            what,
            "tensor \""
                + t.spec().name()
                + "\" starts at byte "
                + t.position()
                + " instead of "
                + at);
      }
      at += t.spec().bytes();
    }
    if (at != size) {
      throw corrupt(what, "its tensors end at byte " + at + " of " + size);
    }
  }

  static void readFully(String what, FileChannel channel, ByteBuffer into, long position)
      throws IOException {
    int start = into.position();
    while (into.hasRemaining()) {
      if (channel.read(into, position + into.position() - start) < 0) {
        throw corrupt(what, "it ends at byte " + channel.size());
      }
    }
  }

  private static ArchiveException corrupt(String what, String why) {
    return new ArchiveException(
        ArchiveException.Kind.CORRUPT, what + " is not a whole safetensors file: " + why + ".");
  }
}
