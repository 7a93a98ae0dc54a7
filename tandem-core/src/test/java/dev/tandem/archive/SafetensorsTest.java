package dev.tandem.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SafetensorsTest {
  @TempDir Path directory;

  @Test
  void writesTheBytesThatTheFormatAsksFor() throws IOException {
    byte[] file =
        bytes(
            List.of(TensorSpec.f32("a.W", 1, 2)),
            Map.of("k", "v"),
            w -> w.floats("a.W", new float[] {1, -2}));

    ByteBuffer buffer = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    int header = (int) buffer.getLong();
    assertThat((Long.BYTES + header) % 64).isZero();
    assertThat(new String(file, Long.BYTES, header, StandardCharsets.UTF_8).strip())
        .isEqualTo(
            "{\"__metadata__\":{\"k\":\"v\"},\"a.W\":{\"dtype\":\"F32\",\"shape\":[1,2],\"data_offsets\":[0,8]}}");
    assertThat(buffer.getFloat(Long.BYTES + header)).isEqualTo(1f);
    assertThat(buffer.getFloat(Long.BYTES + header + 4)).isEqualTo(-2f);
    assertThat(file).hasSize(Long.BYTES + header + 8);
  }

  @Test
  void givesBackEveryTypeAndShape() throws IOException {
    float[] floats = floats(3 * 30_000);
    double[] doubles = {Math.PI, Double.NaN, -0.0};
    long[] longs = {Long.MIN_VALUE, 5};
    int[] ints = {Integer.MAX_VALUE, -1};
    byte[] bytes = "any".getBytes(StandardCharsets.UTF_8);
    Path file =
        file(
            List.of(
                TensorSpec.f32("floats", 3, 30_000),
                TensorSpec.of("doubles", DType.F64, 3),
                TensorSpec.f32("none", 0, 4),
                TensorSpec.of("longs", DType.I64, 2, 1),
                TensorSpec.of("ints", DType.I32, 2),
                TensorSpec.f32("scalar"),
                TensorSpec.of("bytes", DType.U8, 3)),
            w -> {
              w.floats("floats", floats, 0, 50_001);
              w.floats("floats", FloatBuffer.wrap(floats, 50_001, floats.length - 50_001));
              w.doubles("doubles", doubles);
              w.longs("longs", longs);
              w.ints("ints", ints);
              w.floats("scalar", new float[] {7});
              w.bytes("bytes", bytes);
            });

    try (SafetensorsFile read = SafetensorsFile.open(file)) {
      assertThat(read.tensor("floats").floats()).isEqualTo(floats);
      assertThat(read.tensor("doubles").doubles()).isEqualTo(doubles);
      assertThat(read.tensor("none").floats()).isEmpty();
      assertThat(read.tensor("none").map().rows()).isZero();
      assertThat(read.tensor("longs").longs()).isEqualTo(longs);
      assertThat(read.tensor("longs").spec().shape()).containsExactly(2L, 1L);
      assertThat(read.tensor("ints").ints()).isEqualTo(ints);
      assertThat(read.tensor("scalar").floats()).containsExactly(7f);
      assertThat(read.tensor("bytes").bytes()).isEqualTo(bytes);
      float[] piece = new float[10];
      read.tensor("floats").floats(89_995, piece, 2, 5);
      assertThat(piece).startsWith(0, 0, floats[89_995]).endsWith(floats[89_999], 0, 0, 0);
      assertThatThrownBy(() -> read.tensor("floats").floats(89_996, piece, 0, 5))
          .isInstanceOf(IndexOutOfBoundsException.class);
      assertThatThrownBy(() -> read.tensor("float")).hasMessageContaining("floats");
      assertThatThrownBy(() -> read.tensor("ints").floats())
          .isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void mapsRowsInSlicesOfWholeRows() throws IOException {
    float[] values = floats(101 * 3);
    // The odd number of bytes before the table gives every slice an odd address.
    Path file =
        file(
            List.of(TensorSpec.of("odd", DType.U8, 3), TensorSpec.f32("table", 101, 3)),
            w -> {
              w.bytes("odd", new byte[3]);
              w.floats("table", values);
            });
    MappedRows rows;
    try (SafetensorsFile read = SafetensorsFile.open(file)) {
      rows = read.tensor("table").map(200); // 16 rows of 12 bytes, then 8 more slices
      assertThatThrownBy(() -> read.tensor("table").map(11))
          .isInstanceOf(IllegalStateException.class);
    }

    assertThat(rows.slices()).isEqualTo(7);
    float[] row = new float[5];
    for (int r = 0; r < 101; r++) {
      rows.copy(r, row, 1);
      assertThat(row).containsExactly(0, values[3 * r], values[3 * r + 1], values[3 * r + 2], 0);
      int slice = rows.sliceOf(r);
      int at = (int) (r - rows.firstRow(slice)) * 3;
      assertThat(rows.slice(slice).get(at)).isEqualTo(values[3 * r]);
      assertThat(rows.sliceBytes(slice).getFloat(at * 4)).isEqualTo(values[3 * r]);
    }
    assertThatThrownBy(() -> rows.copy(101, row, 0)).isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void readsATensorBeyondTwoGigabytes() throws IOException {
    // A sparse file: only its two ends take space on the disk.
    Path file = directory.resolve("large.safetensors");
    long rows = (5L << 30) / 64;
    String header =
        "{\"t\":{\"dtype\":\"F32\",\"shape\":["
            + rows
            + ",16],\"data_offsets\":[0,"
            + rows * 64
            + "]}}";
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    try (var channel =
        java.nio.channels.FileChannel.open(
            file,
            java.nio.file.StandardOpenOption.CREATE_NEW,
            java.nio.file.StandardOpenOption.WRITE,
            java.nio.file.StandardOpenOption.SPARSE)) {
      channel.write(
          ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(json.length).flip());
      channel.write(ByteBuffer.wrap(json));
      channel.write(
          ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putFloat(2.5f).flip(),
          8 + json.length + rows * 64 - 4);
    }
    try (SafetensorsFile read = SafetensorsFile.open(file)) {
      MappedRows mapped = read.tensor("t").map();
      assertThat(mapped.slices()).isEqualTo(5);
      float[] row = new float[16];
      mapped.copy(rows - 1, row, 0);
      assertThat(row).startsWith(0f).endsWith(2.5f);
      read.tensor("t").floats(rows * 16 - 2, row, 0, 2);
      assertThat(row).startsWith(0f, 2.5f);
      assertThatThrownBy(() -> read.tensor("t").map().copy(rows, row, 0))
          .isInstanceOf(IndexOutOfBoundsException.class);
    }
  }

  @Test
  void refusesElementsThatWereNotDeclared() {
    List<TensorSpec> specs = List.of(TensorSpec.f32("a", 2), TensorSpec.f32("b", 1));
    assertThatThrownBy(() -> bytes(specs, Map.of(), w -> w.floats("b", new float[1])))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("\"b\"");
    assertThatThrownBy(() -> bytes(specs, Map.of(), w -> w.floats("a", new float[3])))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> bytes(specs, Map.of(), w -> w.floats("a", new float[2])))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("ends after 0");
    assertThatThrownBy(() -> bytes(List.of(specs.get(0), specs.get(0)), Map.of(), w -> {}))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[]",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,4]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}",
        "{\"a\":{\"dtype\":\"F99\",\"shape\":[2],\"data_offsets\":[0,8]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[-2],\"data_offsets\":[0,8]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[9223372036854775807],\"data_offsets\":[0,8]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,12]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}"
      })
  void refusesAHeaderThatDoesNotFitTheFile(String header) throws IOException {
    Path file = directory.resolve("bad.safetensors");
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    Files.write(
        file,
        ByteBuffer.allocate(8 + json.length + 8)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(json.length)
            .put(json)
            .array());
    assertThatThrownBy(() -> SafetensorsFile.open(file))
        .isInstanceOfSatisfying(
            ArchiveException.class,
            e -> assertThat(e.kind()).isEqualTo(ArchiveException.Kind.CORRUPT))
        .hasMessageContaining("bad.safetensors");
  }

  @Test
  void refusesAFileThatEndsEarlyOrLate() throws IOException {
    Path file = file(List.of(TensorSpec.f32("a", 2)), w -> w.floats("a", new float[2]));
    byte[] whole = Files.readAllBytes(file);
    for (int length = 0; length < whole.length + 2; length++) {
      if (length != whole.length) {
        Files.write(file, java.util.Arrays.copyOf(whole, length));
        assertThatThrownBy(() -> SafetensorsFile.open(file)).isInstanceOf(ArchiveException.class);
      }
    }
  }

  private Path file(List<TensorSpec> specs, SafetensorsWriter.Content content) throws IOException {
    Path file = directory.resolve("x.safetensors");
    Files.write(file, bytes(specs, Map.of(), content));
    return file;
  }

  private static byte[] bytes(
      List<TensorSpec> specs, Map<String, String> metadata, SafetensorsWriter.Content content)
      throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    SafetensorsWriter.write(out, specs, metadata, content);
    return out.toByteArray();
  }

  private static float[] floats(int count) {
    Random random = new Random(7);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = Float.intBitsToFloat(random.nextInt(0x7f7fffff));
    }
    return values;
  }
}
