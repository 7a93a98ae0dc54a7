package dev.tandem.config;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Proposes a run configuration, with comments that say why, from a look at the columns: a start
 * that runs as it is and is meant to be edited.
 */
public final class Proposal {
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z_][A-Za-z0-9_./-]*");
  private static final Pattern SQL_NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
  private static final List<String> SEPARATORS = List.of("|", ";", ",");
  private static final int FEW = 50;
  private static final int ENOUGH = 100;

  /** What people do with an item, as columns of flags are named after it. */
  private static final Set<String> BEHAVIOURS =
      Set.of(
          "click",
          "clicked",
          "like",
          "liked",
          "dislike",
          "hate",
          "follow",
          "followed",
          "comment",
          "commented",
          "share",
          "shared",
          "forward",
          "save",
          "saved",
          "favorite",
          "favourite",
          "collect",
          "view",
          "viewed",
          "watch",
          "watched",
          "finish",
          "finished",
          "complete",
          "completed",
          "skip",
          "skipped",
          "cart",
          "buy",
          "bought",
          "purchase",
          "purchased",
          "order",
          "ordered",
          "pay",
          "paid",
          "convert",
          "converted",
          "conversion",
          "install",
          "installed",
          "download",
          "subscribe",
          "subscribed",
          "rated",
          "label",
          "target");

  /** What is measured while people do it, with a unit after it. */
  private static final Set<String> MEASURED = Set.of("play", "watch", "stay", "dwell");

  private static final Set<String> UNITS =
      Set.of("time", "ms", "s", "sec", "seconds", "duration", "ratio");

  private static final Pattern TIMES = Pattern.compile("(^|_)(at|ts|times?|timestamps?)(_ms)?$");

  private final List<ColumnProfile> columns;
  private final List<String> labels;
  private final Map<String, String> except = new LinkedHashMap<>();
  private final Map<String, String> numbers = new LinkedHashMap<>();
  private final Map<String, String> lists = new LinkedHashMap<>();
  private final Map<String, String> vectors = new LinkedHashMap<>();
  private final List<String> ids = new ArrayList<>();

  private Proposal(List<ColumnProfile> columns, List<String> labels) {
    this.columns = columns;
    this.labels = labels;
  }

  /**
   * A configuration as commented YAML.
   *
   * @param files the files that were looked at, as the user gave them
   * @param columns what was found in them
   * @param labels names of the columns to predict, at least one
   * @throws ConfigException when a label is not among the columns, or can have only one value
   */
  public static String yaml(List<String> files, List<ColumnProfile> columns, List<String> labels) {
    Proposal proposal = new Proposal(List.copyOf(columns), List.copyOf(labels));
    proposal.check();
    proposal.sort();
    return proposal.write(files);
  }

  private void check() {
    Problems problems = new Problems();
    Place place = new Place("--labels", 0, "");
    List<String> names = columns.stream().map(ColumnProfile::name).toList();
    if (labels.isEmpty()) {
      problems.report(
          place, "name at least one column to predict; columns: " + String.join(", ", names));
    }
    for (String label : labels) {
      if (!names.contains(label)) {
        problems.report(
            place,
            "no column is named "
                + label
                + Nearest.hint(label, names)
                + "; columns: "
                + String.join(", ", names));
      } else if (profile(label).distinct() < 2) {
        problems.report(
            place,
            label
                + " has "
                + profile(label).distinct()
                + " distinct value; nothing can be learnt from it");
      }
    }
    problems.throwIfAny();
  }

  private ColumnProfile profile(String name) {
    return columns.stream().filter(column -> column.name().equals(name)).findFirst().orElseThrow();
  }

  /** Decides what each column is. */
  private void sort() {
    for (ColumnProfile profile : columns) {
      String name = profile.name();
      Column column = profile.column();
      if (labels.contains(name)) {
        continue;
      }
      if (profile.distinct() < 2) {
        except.put(name, "the same everywhere");
      } else if (isTime(profile)) {
        except.put(name, "a time; derive an hour or a weekday to use it");
      } else if (isRowId(profile)) {
        except.put(name, "different in nearly every row: it names the row and teaches nothing");
      } else if (isOutcome(profile)) {
        except.put(
            name,
            "looks like an outcome, as the labels are; take it out of here if it is known before");
      } else if (column.isList()) {
        list(profile);
      } else if (column.isCompound()) {
        except.put(name, "its type is " + column.sqlType());
      } else if (column.isFraction()
          || (column.isNumber() && profile.distinct() > FEW && !isIdName(name))) {
        numbers.put(name, profile.min().orElse("?") + " to " + profile.max().orElse("?"));
      } else if (separator(profile).isPresent()) {
        lists.put(name, "{separator: " + quote(separator(profile).get()) + "}");
      } else {
        ids.add(name);
      }
    }
  }

  private void list(ColumnProfile profile) {
    String type = profile.column().sqlType().toUpperCase(Locale.ROOT);
    String size = type.substring(type.lastIndexOf('[') + 1, type.length() - 1);
    boolean fractions =
        type.startsWith("FLOAT") || type.startsWith("DOUBLE") || type.startsWith("REAL");
    if (isTimes(profile.name().toLowerCase(Locale.ROOT), type)) {
      except.put(
          profile.name(),
          "times, of a history's steps it seems: a feature of sequences takes them");
    } else if (!fractions) {
      lists.put(profile.name(), "{}  # a history, step by step? It belongs in sequences then");
    } else if (!size.isEmpty()) {
      vectors.put(profile.name(), size);
    } else {
      except.put(
          profile.name(),
          "a list of numbers; a vector of fixed length belongs in dense, with its size");
    }
  }

  /** Whether a list holds times; as ids nearly all of them would be new to the model. */
  private static boolean isTimes(String name, String type) {
    boolean whole = type.startsWith("BIGINT") || type.startsWith("UBIGINT");
    return type.startsWith("TIME")
        || type.startsWith("DATE")
        || (whole && TIMES.matcher(name).find());
  }

  private static boolean isTime(ColumnProfile profile) {
    String name = profile.name().toLowerCase(Locale.ROOT);
    return profile.column().isTime()
        || (profile.column().isNumber()
            && !isMeasure(profile)
            && (name.equals("time")
                || name.equals("date")
                || name.equals("ts")
                || name.endsWith("timestamp")
                || name.endsWith("_ts")
                || name.endsWith("time_ms"))
            && profile.distinct() > 2);
  }

  /** A text or a number of an id that hardly repeats, or whole numbers that count the rows. */
  private static boolean isRowId(ColumnProfile profile) {
    Column column = profile.column();
    if (column.isList()
        || column.isCompound()
        || column.isFraction()
        || profile.rows() < ENOUGH
        || profile.distinct() < 0.9 * profile.rows()) {
      return false;
    }
    return !column.isNumber() || isIdName(profile.name()) || counts(profile);
  }

  private static boolean counts(ColumnProfile profile) {
    try {
      BigDecimal span =
          new BigDecimal(profile.max().orElse(""))
              .subtract(new BigDecimal(profile.min().orElse("")));
      return span.compareTo(BigDecimal.valueOf(profile.rows())) < 0;
    } catch (NumberFormatException e) {
      return false;
    }
  }

  /**
   * What is only known afterwards: a flag named like a label ({@code is_like} beside the label
   * {@code is_click}) or like a behaviour ({@code long_view}), or a measure of one ({@code
   * play_time_ms}).
   */
  private boolean isOutcome(ColumnProfile profile) {
    String name = profile.name();
    int underscore = name.indexOf('_');
    boolean likeLabel =
        underscore > 0
            && labels.stream()
                .anyMatch(label -> label.startsWith(name.substring(0, underscore + 1)));
    boolean flag =
        profile.column().sqlType().equalsIgnoreCase("BOOLEAN")
            || (profile.min().equals(Optional.of("0")) && profile.max().equals(Optional.of("1")));
    return profile.distinct() == 2
        ? likeLabel || (flag && words(name).stream().anyMatch(BEHAVIOURS::contains))
        : isMeasure(profile);
  }

  private static boolean isMeasure(ColumnProfile profile) {
    List<String> words = words(profile.name());
    return profile.column().isNumber()
        && !words.isEmpty()
        && words.stream().anyMatch(MEASURED::contains)
        && UNITS.contains(words.get(words.size() - 1));
  }

  private static List<String> words(String name) {
    return List.of(name.toLowerCase(Locale.ROOT).split("[^a-z]+"));
  }

  private static boolean isIdName(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return lower.equals("id")
        || lower.endsWith("_id")
        || lower.endsWith("id")
        || lower.endsWith("_code");
  }

  private static Optional<String> separator(ColumnProfile profile) {
    if (profile.column().isNumber() || profile.samples().isEmpty()) {
      return Optional.empty();
    }
    // Words with a comma are prose; a list of ids has none between blanks.
    return SEPARATORS.stream()
        .filter(
            s ->
                profile.samples().stream().filter(v -> v.contains(s)).count() * 2
                    > profile.samples().size())
        .filter(s -> profile.samples().stream().noneMatch(v -> v.contains(" ")))
        .findFirst();
  }

  private Optional<ColumnProfile> time() {
    return columns.stream()
        .filter(c -> isTime(c) && !labels.contains(c.name()) && c.distinct() >= 10)
        .findFirst();
  }

  private String write(List<String> files) {
    StringBuilder yaml = new StringBuilder();
    yaml.append("# Proposed by tandem init from ")
        .append(columns.isEmpty() ? 0 : columns.get(0).rows());
    yaml.append(" rows. Every option and its default: docs/configuration.md\n\n");
    yaml.append("data:\n  rows: ").append(quotedList(files)).append('\n');
    Optional<ColumnProfile> time = time();
    if (time.isPresent()) {
      yaml.append("  # The past trains, the latest rows test: what a model meets in use.\n");
      yaml.append("  split: {by: time, column: ")
          .append(quote(time.get().name()))
          .append(", validation: 0.1, test: 0.1}\n");
    } else {
      yaml.append(
          "  # No column of times was found. With one, {by: time, column: …} is closer to use.\n");
      yaml.append("  split: {by: random, validation: 0.1, test: 0.1, seed: 1}\n");
    }
    features(yaml);
    yaml.append("\ntasks:\n");
    labels.forEach(label -> task(yaml, profile(label)));
    group()
        .ifPresent(
            group ->
                yaml.append("\n# Metrics within each user (GAUC) and intervals by user.\ngroup: ")
                    .append(quote(group))
                    .append('\n'));
    yaml.append(
        "\n# `tandem models` lists what may stand here.\nmodel:\n  body: ple\n  towers: [32]\n");
    yaml.append("\ntrain:\n  epochs: 10\n  batch: 1024\n");
    yaml.append("  optimizer: {dense: {adam: 0.001}, embedding: {adam: 0.001}}\n");
    yaml.append("  early_stopping: {patience: 2}\n  seed: 1\n");
    return yaml.toString();
  }

  private void features(StringBuilder yaml) {
    yaml.append("\nfeatures:\n");
    if (!numbers.isEmpty()) {
      yaml.append(
          "  # Each number enters standardised and as an embedding of its quantile bucket.\n  numeric:\n");
      numbers.forEach(
          (name, span) ->
              yaml.append("    - ")
                  .append(quote(name))
                  .append("  # ")
                  .append(comment(span))
                  .append('\n'));
    }
    if (!ids.isEmpty()) {
      yaml.append("  ids:\n    # Every other column, as a categorical value: ")
          .append(comment(String.join(", ", ids)))
          .append('\n');
      yaml.append("    columns: \"*\"\n    dim: 8\n    min_count: 2\n");
      if (!except.isEmpty()) {
        yaml.append("    except:\n");
        except.forEach(
            (name, why) ->
                yaml.append("      - ")
                    .append(quote(name))
                    .append("  # ")
                    .append(comment(why))
                    .append('\n'));
      }
    } else if (!except.isEmpty()) {
      except.forEach(
          (name, why) ->
              yaml.append("  # ")
                  .append(comment(name))
                  .append(" is left out: ")
                  .append(comment(why))
                  .append('\n'));
    }
    block(yaml, "multi_ids", lists);
    block(yaml, "dense", vectors);
  }

  private static void block(StringBuilder yaml, String key, Map<String, String> entries) {
    if (!entries.isEmpty()) {
      yaml.append("  ").append(key).append(":\n");
      entries.forEach(
          (name, value) ->
              yaml.append("    ").append(quote(name)).append(": ").append(value).append('\n'));
    }
  }

  private static void task(StringBuilder yaml, ColumnProfile label) {
    String name = label.name().replaceAll("[^A-Za-z0-9_-]", "_");
    name = Character.isLetter(name.charAt(0)) ? name : "task_" + name;
    String column =
        SQL_NAME.matcher(label.name()).matches()
            ? label.name()
            : "\"" + label.name().replace("\"", "\"\"") + "\"";
    boolean flag = label.min().equals(Optional.of("0")) && label.max().equals(Optional.of("1"));
    if (label.distinct() == 2 && (flag || label.column().sqlType().equalsIgnoreCase("BOOLEAN"))) {
      yaml.append("  ").append(name).append(": {label: ").append(quote(column)).append("}\n");
    } else if (label.distinct() == 2) {
      String rarer =
          label.samples().isEmpty()
              ? label.max().orElse("")
              : label.samples().get(label.samples().size() - 1);
      String value = label.column().isNumber() ? rarer : "'" + rarer.replace("'", "''") + "'";
      yaml.append("  # The rarer of two values counts as positive.\n  ")
          .append(name)
          .append(": {label: ");
      yaml.append(quote(column + " = " + value)).append("}\n");
    } else if (label.column().isNumber()) {
      yaml.append("  ")
          .append(name)
          .append(": {label: ")
          .append(quote(column))
          .append(", kind: regression}\n");
    } else {
      yaml.append("  ")
          .append(name)
          .append(": {label: ")
          .append(quote(column))
          .append(", kind: multiclass}\n");
    }
  }

  private Optional<String> group() {
    return columns.stream()
        .filter(c -> isIdName(c.name()) && c.name().toLowerCase(Locale.ROOT).startsWith("user"))
        .filter(c -> !labels.contains(c.name()) && c.distinct() > 1)
        .map(ColumnProfile::name)
        .findFirst();
  }

  private static String quotedList(List<String> values) {
    return "[" + String.join(", ", values.stream().map(Proposal::quote).toList()) + "]";
  }

  private static String comment(String text) {
    return text.replaceAll("\\s+", " ");
  }

  /** A YAML scalar that reads back as this text. */
  private static String quote(String text) {
    boolean word =
        PLAIN.matcher(text).matches()
            && !List.of("true", "false", "null").contains(text.toLowerCase(Locale.ROOT));
    if (word) {
      return text;
    }
    StringBuilder quoted = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        quoted.append('\\').append(c);
      } else if (c < ' ' || c == 127) {
        quoted.append(String.format(Locale.ROOT, "\\x%02x", (int) c));
      } else {
        quoted.append(c);
      }
    }
    return quoted.append('"').toString();
  }
}
