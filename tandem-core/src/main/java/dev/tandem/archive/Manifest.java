package dev.tandem.archive;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tandem.archive.ArchiveException.Kind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The table of contents of a directory of parts, and its commit point: what it lists is complete,
 * what it does not list does not belong. It carries the SHA-256 of every part and of itself.
 *
 * @param format which kind of directory this is
 * @param version version of its format
 * @param origin free strings about where it comes from
 * @param parts part name → file
 */
record Manifest(String format, int version, Map<String, String> origin, Map<String, Entry> parts) {
  static final String FILE = "manifest.json";

  private static final String ZEROS = "0".repeat(64);
  private static final Pattern SHA = Pattern.compile("[0-9a-f]{64}");
  private static final Pattern PLAIN_NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]*");

  Manifest {
    origin = Collections.unmodifiableMap(new LinkedHashMap<>(origin));
    parts = Collections.unmodifiableMap(new LinkedHashMap<>(parts));
  }

  /**
   * One part.
   *
   * @param file its name in the directory; may differ from the part's name after a replacement
   * @param size bytes
   * @param sha256 lower-case hexadecimal
   */
  record Entry(String file, long size, String sha256) {}

  /**
   * A kind of directory: its name in the manifest, its name in messages, and the versions that can
   * be read.
   */
  record Format(String name, String noun, int oldest, int newest) {}

  static boolean plainName(String name) {
    return PLAIN_NAME.matcher(name).matches() && !name.equals(FILE);
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every JDK has SHA-256", e);
    }
  }

  static String hex(byte[] digest) {
    return HexFormat.of().formatHex(digest);
  }

  /** The file's bytes; the checksum covers them with its own 64 digits read as zeros. */
  byte[] bytes() {
    ObjectMapper json = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
    ObjectNode root = json.createObjectNode();
    root.put("format", format).put("version", version).put("sha256", ZEROS);
    ObjectNode about = root.putObject("origin");
    origin.forEach(about::put);
    ObjectNode list = root.putObject("parts");
    parts.forEach(
        (name, e) ->
            list.putObject(name)
                .put("file", e.file())
                .put("size", e.size())
                .put("sha256", e.sha256()));
    String text;
    try {
      text = json.writeValueAsString(root) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
    String hash = hex(sha256().digest(text.getBytes(StandardCharsets.UTF_8)));
    // The first zeros are those of the field: only the format's name and version stand before it.
    return text.replaceFirst(ZEROS, hash).getBytes(StandardCharsets.UTF_8);
  }

  /**
   * Reads and checks the manifest of {@code directory}.
   *
   * @throws ArchiveException NOT_AN_ARCHIVE, TOO_OLD, TOO_NEW, CORRUPT or NOT_READ
   */
  static Manifest read(Path directory, Format format) {
    Path file = directory.resolve(FILE);
    try {
      if (Files.isRegularFile(directory)) {
        throw not(
            format,
            directory,
            "it is a file; a " + format.noun() + " is a directory with a " + FILE);
      }
      return parse(Files.readAllBytes(file), file, format);
    } catch (NoSuchFileException | NotDirectoryException e) {
      throw not(
          format,
          directory,
          Files.isDirectory(directory) ? "it has no " + FILE : "there is no such directory");
    } catch (IOException e) {
      throw ArchiveException.notRead("manifest", file, e);
    }
  }

  static Manifest parse(byte[] bytes, Path file, Format format) {
    JsonNode root;
    try {
      root = new ObjectMapper().readTree(bytes);
    } catch (IOException e) {
      throw corrupt(file, "it is not JSON");
    }
    boolean named = root.path("format").asText().equals(format.name());
    if (!named && !(root.has("parts") && root.has("sha256"))) {
      if (root.isMissingNode() || root.isEmpty()) {
        throw corrupt(file, "it is empty");
      }
      throw not(format, AtomicFiles.parent(file), "its " + FILE + " belongs to something else");
    }
    String claimed = root.path("sha256").asText();
    // The version is believed only after the checksum: a flipped digit is damage, not another
    // version.
    if (!SHA.matcher(claimed).matches() || !claimed.equals(selfHash(bytes, claimed))) {
      throw corrupt(file, "its checksum does not fit its content");
    }
    if (!named) {
      throw not(
          format,
          AtomicFiles.parent(file),
          "its " + FILE + " says \"" + root.path("format").asText() + "\"");
    }
    int version = root.path("version").asInt();
    if (version < format.oldest() || version > format.newest()) {
      throw wrongVersion(
          file, format, version, root.path("origin").path("version").asText("unknown"));
    }
    Map<String, String> origin = new LinkedHashMap<>();
    root.path("origin").properties().forEach(e -> origin.put(e.getKey(), e.getValue().asText()));
    Map<String, Entry> parts = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> e : root.path("parts").properties()) {
      JsonNode n = e.getValue();
      Entry entry =
          new Entry(n.path("file").asText(), n.path("size").asLong(-1), n.path("sha256").asText());
      if (!plainName(entry.file()) || entry.size() < 0 || !SHA.matcher(entry.sha256()).matches()) {
        throw corrupt(file, "its entry for the part \"" + e.getKey() + "\" is " + n);
      }
      parts.put(e.getKey(), entry);
    }
    return new Manifest(format.name(), version, origin, parts);
  }

  private static String selfHash(byte[] bytes, String claimed) {
    String latin = new String(bytes, StandardCharsets.ISO_8859_1);
    int at = latin.indexOf(claimed);
    MessageDigest digest = sha256();
    digest.update(bytes, 0, at);
    digest.update(ZEROS.getBytes(StandardCharsets.US_ASCII));
    digest.update(bytes, at + claimed.length(), bytes.length - at - claimed.length());
    return hex(digest.digest());
  }

  private static ArchiveException wrongVersion(
      Path file, Format format, int version, String writer) {
    boolean old = version < format.oldest();
    return new ArchiveException(
        old ? Kind.TOO_OLD : Kind.TOO_NEW,
        file
            + " is of format version "
            + version
            + ", written by Tandem "
            + writer
            + "; this Tandem ("
            + Build.current().version()
            + ") reads versions "
            + format.oldest()
            + " to "
            + format.newest()
            + ". "
            + (old
                ? "Train the model again, or use a Tandem of its time."
                : "Use a newer Tandem."));
  }

  private static ArchiveException corrupt(Path file, String why) {
    return new ArchiveException(
        Kind.CORRUPT,
        file + " is damaged: " + why + ". Restore it from a copy, or train the model again.");
  }

  private static ArchiveException not(Format format, Path path, String why) {
    return new ArchiveException(
        Kind.NOT_AN_ARCHIVE, path + " is not a " + format.noun() + ": " + why + ".");
  }
}
