package dev.tandem.feature;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * The files of a {@link Fitted}: {@value #NAME} and, per vocabulary of more than {@value #INLINE}
 * values, a part that begins with the bytes {@code TDMV}, an int version, an int count, then
 * big-endian longs or (int length, UTF-8 bytes) texts.
 */
final class FittedFiles {
  static final String NAME = "preprocessing.json";
  private static final int VERSION = 1;
  private static final int MAGIC = 0x54444D56; // TDMV
  private static final int INLINE = 256;
  private static final ObjectMapper JSON = new ObjectMapper();

  private FittedFiles() {}

  static void write(Fitted fitted, PartWriter parts) throws IOException {
    ObjectNode root = JSON.createObjectNode();
    root.put("version", VERSION);
    each(root, "types", fitted.types(), (node, e) -> node.put(e.getKey(), e.getValue().name()));
    each(
        root,
        "moments",
        fitted.moments(),
        (node, e) -> node.set(e.getKey(), moments(e.getValue())));
    each(
        root,
        "edges",
        fitted.edges(),
        (node, e) -> node.set(e.getKey(), JSON.valueToTree(e.getValue())));
    each(
        root,
        "classes",
        fitted.classes(),
        (node, e) -> node.set(e.getKey(), JSON.valueToTree(e.getValue())));
    each(
        root,
        "label_moments",
        fitted.labelMoments(),
        (node, e) -> node.set(e.getKey(), moments(e.getValue())));
    ObjectNode vocabularies = root.putObject("vocabularies");
    int number = 0;
    for (Map.Entry<String, Vocabulary> e : new TreeMap<>(fitted.vocabularies()).entrySet()) {
      Vocabulary vocabulary = e.getValue();
      ObjectNode node = vocabularies.putObject(e.getKey());
      node.put("type", Keys.type(vocabulary).name());
      node.put("size", vocabulary.size());
      if (vocabulary.size() <= INLINE) {
        ArrayNode values = node.putArray("values");
        for (int id = 1; id <= vocabulary.size(); id++) {
          values.add(vocabulary.text(id));
        }
      } else {
        String part = "vocabulary/" + number++ + ".bin";
        node.put("part", part);
        try (DataOutputStream out =
            new DataOutputStream(new BufferedOutputStream(parts.open(part), 1 << 16))) {
          out.writeInt(MAGIC);
          out.writeInt(VERSION);
          out.writeInt(vocabulary.size());
          vocabulary.write(out);
        }
      }
    }
    try (OutputStream out = parts.open(NAME)) {
      out.write(JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(root));
    }
  }

  private static <T> void each(
      ObjectNode root,
      String name,
      Map<String, T> map,
      BiConsumer<ObjectNode, Map.Entry<String, T>> put) {
    ObjectNode node = root.putObject(name);
    new TreeMap<>(map).entrySet().forEach(e -> put.accept(node, e));
  }

  private static ObjectNode moments(Moments moments) {
    return JSON.createObjectNode().put("mean", moments.mean()).put("sd", moments.sd());
  }

  static Fitted read(PartReader parts) throws IOException {
    JsonNode root;
    try (InputStream in = parts.open(NAME)) {
      root = JSON.readTree(in);
    }
    int version = root.path("version").asInt();
    if (version != VERSION) {
      throw new DataException(
          NAME + ": version " + version + " found, this Tandem reads version " + VERSION);
    }
    Map<String, Vocabulary> vocabularies = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> e : root.path("vocabularies").properties()) {
      vocabularies.put(e.getKey(), vocabulary(e.getValue(), parts));
    }
    return new Fitted(
        map(root, "types", node -> ColumnType.valueOf(node.asText())),
        map(root, "moments", FittedFiles::moments),
        map(root, "edges", node -> list(node, JsonNode::asDouble)),
        vocabularies,
        map(root, "classes", node -> list(node, JsonNode::asText)),
        map(root, "label_moments", FittedFiles::moments));
  }

  private static <T> Map<String, T> map(JsonNode root, String name, Function<JsonNode, T> value) {
    Map<String, T> map = new LinkedHashMap<>();
    root.path(name).properties().forEach(e -> map.put(e.getKey(), value.apply(e.getValue())));
    return map;
  }

  private static <T> List<T> list(JsonNode array, Function<JsonNode, T> value) {
    List<T> list = new ArrayList<>();
    array.forEach(node -> list.add(value.apply(node)));
    return list;
  }

  private static Moments moments(JsonNode node) {
    return new Moments(node.path("mean").asDouble(), node.path("sd").asDouble());
  }

  private static Vocabulary vocabulary(JsonNode node, PartReader parts) throws IOException {
    ColumnType type = ColumnType.valueOf(node.path("type").asText());
    int size = node.path("size").asInt();
    if (node.has("part")) {
      String part = node.path("part").asText();
      try (DataInputStream in =
          new DataInputStream(new BufferedInputStream(parts.open(part), 1 << 16))) {
        if (in.readInt() != MAGIC || in.readInt() != VERSION || in.readInt() != size) {
          throw new DataException(part + ": not a vocabulary of " + size + " values");
        }
        return type == ColumnType.TEXT
            ? TextVocabulary.read(in, size)
            : LongVocabulary.read(in, size, meaning(type));
      }
    }
    if (type == ColumnType.TEXT) {
      TextVocabulary texts = new TextVocabulary();
      node.path("values").forEach(value -> texts.add(value.asText()));
      return texts;
    }
    LongVocabulary longs = new LongVocabulary(meaning(type));
    for (JsonNode value : node.path("values")) {
      String text = value.asText();
      longs.add(
          type == ColumnType.INTEGER
              ? Long.parseLong(text)
              : LongVocabulary.bits(Double.parseDouble(text)));
    }
    return longs;
  }

  private static LongVocabulary.Meaning meaning(ColumnType type) {
    return type == ColumnType.INTEGER
        ? LongVocabulary.Meaning.INTEGER
        : LongVocabulary.Meaning.REAL;
  }
}
