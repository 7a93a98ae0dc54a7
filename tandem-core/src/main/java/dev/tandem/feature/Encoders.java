package dev.tandem.feature;

import dev.tandem.schema.CrossFeature;
import dev.tandem.schema.DenseFeature;
import dev.tandem.schema.Feature;
import dev.tandem.schema.IdFeature;
import dev.tandem.schema.InputLayout;
import dev.tandem.schema.MultiIdFeature;
import dev.tandem.schema.NumericEncoding;
import dev.tandem.schema.NumericFeature;
import dev.tandem.schema.Pooling;
import dev.tandem.schema.Schema;
import dev.tandem.schema.SequenceFeature;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Makes the encoders of a schema's features, in the places that the layout gives them. */
final class Encoders {
  private final Fitted fitted;
  private final Map<String, Integer> fields = new HashMap<>();
  private final Map<String, Integer> numbers = new HashMap<>();
  private final Map<String, Integer> sequences = new HashMap<>();
  private final List<Encoder> encoders = new ArrayList<>();

  private Encoders(InputLayout layout, Fitted fitted) {
    this.fitted = fitted;
    IntStream.range(0, layout.fields().size())
        .forEach(i -> fields.put(layout.fields().get(i).name(), i));
    IntStream.range(0, layout.numbers().size())
        .forEach(i -> numbers.put(layout.numbers().get(i), i));
    IntStream.range(0, layout.sequences().size())
        .forEach(i -> sequences.put(layout.sequences().get(i).name(), i));
  }

  static List<Encoder> of(Schema schema, Fitted fitted) {
    Encoders result = new Encoders(schema.layout(), fitted);
    schema.features().forEach(result::add);
    return List.copyOf(result.encoders);
  }

  private void add(Feature feature) {
    if (feature instanceof IdFeature id) {
      Vocabulary vocabulary = vocabulary(id.table().name());
      encoders.add(
          new IdEncoder(
              field(id.name()), new InputColumn(id.column(), Keys.type(vocabulary)), vocabulary));
    } else if (feature instanceof MultiIdFeature multi) {
      add(multi);
    } else if (feature instanceof NumericFeature number) {
      number.encodings().forEach(encoding -> add(number, encoding));
    } else if (feature instanceof CrossFeature cross) {
      add(cross);
    } else if (feature instanceof DenseFeature dense) {
      List<Moments> moments =
          IntStream.range(0, dense.size())
              .mapToObj(i -> dense.standardise() ? moments(dense.slot(i)) : Moments.IDENTITY)
              .toList();
      encoders.add(
          new DenseEncoder(
              number(dense.slot(0)),
              IntStream.range(0, dense.size()).mapToObj(dense::slot).toList(),
              new InputColumn(
                  dense.column(),
                  dense.separator().isPresent() ? ColumnType.TEXT : ColumnType.REALS),
              split(dense.separator()),
              moments));
    } else if (feature instanceof SequenceFeature sequence) {
      add(sequence);
    }
  }

  private void add(MultiIdFeature multi) {
    Vocabulary vocabulary = vocabulary(multi.table().name());
    ColumnType type =
        multi.separator().isPresent() ? ColumnType.TEXT : Keys.type(vocabulary).asList();
    encoders.add(
        new MultiIdEncoder(
            field(multi.name()),
            new InputColumn(multi.column(), type),
            vocabulary,
            split(multi.separator()),
            split(multi.weightSeparator()),
            multi.weighted() && multi.pooling() == Pooling.MEAN,
            multi.max()));
  }

  private void add(CrossFeature cross) {
    List<InputColumn> inputs =
        cross.columns().stream().map(c -> new InputColumn(c, ColumnType.TEXT)).toList();
    Optional<TextVocabulary> vocabulary =
        cross.hashBuckets().isPresent()
            ? Optional.empty()
            : Optional.of((TextVocabulary) vocabulary(cross.table().name()));
    encoders.add(
        new CrossEncoder(
            field(cross.name()), cross.name(), inputs, vocabulary, cross.hashBuckets().orElse(0)));
  }

  private void add(NumericFeature number, NumericEncoding encoding) {
    InputColumn input = new InputColumn(number.column(), ColumnType.REAL);
    String slot = number.slot(encoding);
    if (encoding instanceof NumericEncoding.Standardise e) {
      encoders.add(new NumberEncoder(number(slot), slot, input, false, moments(slot), e.clip()));
    } else if (encoding instanceof NumericEncoding.Log e) {
      encoders.add(new NumberEncoder(number(slot), slot, input, true, moments(slot), e.clip()));
    } else if (encoding instanceof NumericEncoding.Log2Buckets e) {
      encoders.add(
          new Log2Encoder(
              field(slot),
              input,
              e.buckets().name(),
              (LongVocabulary) vocabulary(e.buckets().name())));
    } else if (encoding instanceof NumericEncoding.QuantileBuckets) {
      encoders.add(
          new BucketEncoder(
              field(slot),
              slot,
              input,
              new Edges(fitted("quantile edges", slot, fitted.edges().get(slot)))));
    } else if (encoding instanceof NumericEncoding.Scaled) {
      encoders.add(new ScaledEncoder(field(slot), slot, input, moments(slot)));
    }
  }

  private void add(SequenceFeature sequence) {
    boolean text = sequence.separator().isPresent();
    List<Vocabulary> vocabularies =
        sequence.steps().stream().map(s -> vocabulary(s.table().name())).toList();
    List<InputColumn> inputs = new ArrayList<>();
    for (int i = 0; i < vocabularies.size(); i++) {
      ColumnType type = text ? ColumnType.TEXT : Keys.type(vocabularies.get(i)).asList();
      inputs.add(new InputColumn(sequence.rowColumn(sequence.steps().get(i).column()), type));
    }
    sequence
        .gap()
        .ifPresent(
            gap -> {
              ColumnType type = text ? ColumnType.TEXT : ColumnType.REALS;
              inputs.add(new InputColumn(sequence.rowColumn(gap.column()), type));
              inputs.add(new InputColumn(gap.now(), ColumnType.REAL));
            });
    encoders.add(
        new SequenceEncoder(
            fitted("place in the layout", sequence.name(), sequences.get(sequence.name())),
            sequence,
            List.copyOf(inputs),
            vocabularies,
            split(sequence.separator()),
            sequence.gap().map(gap -> ages(gap.table().name()))));
  }

  private StepAges ages(String slot) {
    return new StepAges(slot, new Edges(fitted("age edges", slot, fitted.edges().get(slot))));
  }

  private int number(String slot) {
    return fitted("place in the layout", slot, numbers.get(slot));
  }

  private int field(String slot) {
    return fitted("place in the layout", slot, fields.get(slot));
  }

  private Vocabulary vocabulary(String table) {
    return fitted("vocabulary", table, fitted.vocabularies().get(table));
  }

  private Moments moments(String slot) {
    return fitted("mean and deviation", slot, fitted.moments().get(slot));
  }

  private static <T> T fitted(String what, String name, @Nullable T value) {
    if (value == null) {
      throw new DataException(
          "the fitted preprocessing has no "
              + what
              + " for "
              + name
              + "; it belongs to another schema");
    }
    return value;
  }

  private static Optional<Split> split(Optional<String> separator) {
    return separator.map(s -> new Split(s.getBytes(StandardCharsets.UTF_8)));
  }
}
