package dev.tandem.schema;

import java.util.List;

/**
 * One thing that the model reads about a row. The set is closed: each kind says which source
 * columns it needs and which embedding tables it reads, and {@link Schema#layout()} says what it
 * becomes in the model's input.
 */
public sealed interface Feature
    permits IdFeature, MultiIdFeature, NumericFeature, CrossFeature, DenseFeature, SequenceFeature {

  /** Unique name within the schema. */
  String name();

  /** Whom the feature describes. */
  Side side();

  /** Source columns that it reads, in a fixed order. */
  List<String> columns();

  /** Embedding tables that it declares or shares, in a fixed order. */
  List<Table> tables();
}
