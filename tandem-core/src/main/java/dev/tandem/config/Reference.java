package dev.tandem.config;

import dev.tandem.schema.Default;
import dev.tandem.schema.Doc;
import java.lang.reflect.RecordComponent;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The options of configuration records as tables: key, what it takes, default, meaning. All of it
 * from the records.
 */
public final class Reference {
  private final Catalog catalog;

  private Reference(Catalog catalog) {
    this.catalog = catalog;
  }

  /**
   * One option of a record.
   *
   * @param key its key
   * @param takes what it takes, in words
   * @param byDefault its default as YAML; empty when it is required or simply absent
   * @param required whether it must be given
   * @param doc its one sentence
   * @param settings the options of the settings that it takes; empty when it takes something else
   */
  public record Option(
      String key,
      String takes,
      Optional<String> byDefault,
      boolean required,
      String doc,
      List<Option> settings) {}

  /** The options of one record, in order. */
  public static List<Option> options(Class<? extends Record> type, Catalog catalog) {
    List<Option> options = new ArrayList<>();
    for (RecordComponent component : type.getRecordComponents()) {
      Shape shape = Shape.of(component, catalog);
      Default byDefault = component.getAnnotation(Default.class);
      Doc doc = component.getAnnotation(Doc.class);
      options.add(
          new Option(
              Names.snake(component.getName()),
              takes(shape),
              Optional.ofNullable(byDefault).map(Default::value),
              byDefault == null && !(shape instanceof Shape.Maybe),
              doc == null ? "" : doc.value(),
              settings(shape, catalog)));
    }
    return List.copyOf(options);
  }

  private static List<Option> settings(Shape shape, Catalog catalog) {
    if (shape instanceof Shape.Maybe maybe) {
      return settings(maybe.value(), catalog);
    } else if (shape instanceof Shape.Many many) {
      return settings(many.element(), catalog);
    } else if (shape instanceof Shape.Named named) {
      return settings(named.value(), catalog);
    }
    return shape instanceof Shape.Group group ? options(group.type(), catalog) : List.of();
  }

  /** What a record is, in one sentence; empty without one. */
  public static String doc(Class<? extends Record> type) {
    Doc doc = type.getAnnotation(Doc.class);
    return doc == null ? "" : doc.value();
  }

  /** All options of a record and of every record within it, as Markdown, one section per record. */
  public static String markdown(Class<? extends Record> type, Catalog catalog) {
    return new Reference(catalog).sections(type);
  }

  private String sections(Class<? extends Record> root) {
    StringBuilder text = new StringBuilder();
    Deque<Map.Entry<String, Class<? extends Record>>> open = new ArrayDeque<>();
    Set<Class<?>> seen = new LinkedHashSet<>();
    open.add(Map.entry("", root));
    while (!open.isEmpty()) {
      Map.Entry<String, Class<? extends Record>> next = open.removeFirst();
      if (!seen.add(next.getValue())) {
        continue;
      }
      section(text, next.getKey(), next.getValue());
      List<Map.Entry<String, Class<? extends Record>>> inner = new ArrayList<>();
      for (RecordComponent component : next.getValue().getRecordComponents()) {
        String key = Names.snake(component.getName());
        String path = next.getKey().isEmpty() ? key : next.getKey() + "." + key;
        inner(Shape.of(component, catalog), path, inner);
      }
      for (int i = inner.size() - 1; i >= 0; i--) {
        open.addFirst(inner.get(i));
      }
    }
    return text.toString();
  }

  private void section(StringBuilder text, String path, Class<? extends Record> type) {
    text.append("### ").append(path.isEmpty() ? "Top level" : "`" + path + "`").append("\n\n");
    text.append(doc(type)).append("\n\n");
    List<Option> options = options(type, catalog);
    if (options.isEmpty()) {
      text.append("No options.\n\n");
      return;
    }
    text.append("| Key | Takes | Default | Meaning |\n|---|---|---|---|\n");
    for (Option option : options) {
      String byDefault =
          option.byDefault().map(Reference::code).orElse(option.required() ? "required" : "–");
      text.append("| `")
          .append(option.key())
          .append("` | ")
          .append(option.takes())
          .append(" | ")
          .append(byDefault)
          .append(" | ")
          .append(option.doc().replace("|", "\\|"))
          .append(" |\n");
    }
    text.append('\n');
  }

  private static String code(String yaml) {
    return switch (yaml) {
      case "{}" -> "its defaults";
      case "[]" -> "none";
      default -> "`" + yaml.replace("|", "\\|") + "`";
    };
  }

  private void inner(
      Shape shape, String path, List<Map.Entry<String, Class<? extends Record>>> found) {
    if (shape instanceof Shape.Maybe maybe) {
      inner(maybe.value(), path, found);
    } else if (shape instanceof Shape.Many many) {
      inner(many.element(), path + "[]", found);
    } else if (shape instanceof Shape.Named named) {
      inner(named.value(), path + ".NAME", found);
    } else if (shape instanceof Shape.Group group) {
      found.add(Map.entry(path, group.type()));
    } else if (shape instanceof Shape.OneOf one) {
      one.members()
          .forEach(
              (name, type) ->
                  found.add(Map.entry(path + " {" + one.key() + ": " + name + "}", type)));
    } else if (shape instanceof Shape.Chosen chosen) {
      catalog
          .types(chosen.kind())
          .forEach((name, type) -> found.add(Map.entry(path + " {type: " + name + "}", type)));
    }
  }

  private static String takes(Shape shape) {
    if (shape instanceof Shape.Maybe maybe) {
      return takes(maybe.value());
    } else if (shape instanceof Shape.Many many) {
      return "list of " + takes(many.element());
    } else if (shape instanceof Shape.Named named) {
      return "by name: " + takes(named.value());
    } else if (shape instanceof Shape.Choice choice) {
      return choice.names().stream()
          .map(name -> "`" + name + "`")
          .collect(Collectors.joining(", "));
    } else if (shape instanceof Shape.OneOf one) {
      return one.members().keySet().stream()
          .map(name -> "`" + name + "`")
          .collect(Collectors.joining(", "));
    } else if (shape instanceof Shape.Chosen chosen) {
      return "a " + chosen.kind() + " (`tandem models`)";
    } else if (shape instanceof Shape.Group group) {
      return Binder.shorthand(group.type())
          .map(bare -> "`" + Names.snake(bare.getName()) + "`, or settings")
          .orElse("settings");
    }
    return Scalars.expected(shape);
  }
}
