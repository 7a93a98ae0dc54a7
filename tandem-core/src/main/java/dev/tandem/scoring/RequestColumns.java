package dev.tandem.scoring;

import dev.tandem.feature.Batch;
import dev.tandem.feature.DataException;
import dev.tandem.feature.EncodingCounts;
import dev.tandem.feature.InputColumn;
import dev.tandem.feature.Preprocessor;
import dev.tandem.feature.Row;
import dev.tandem.schema.Feature;
import dev.tandem.schema.SequenceFeature;
import dev.tandem.schema.Side;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The raw columns that a model reads, those of requests and those of candidates, and what is
 * refused: a column that is absent (null is a missing value, absence is a mistake), a value of
 * another type, a number that is not finite. Unknown ids are no mistake: they are row 0.
 * Thread-safe.
 */
final class RequestColumns {
  private final Preprocessor preprocessor;
  private final Set<String> all = new TreeSet<>();
  private final Set<String> request = new TreeSet<>();
  private final Set<String> candidate = new TreeSet<>();

  RequestColumns(Preprocessor preprocessor) {
    this.preprocessor = preprocessor;
    preprocessor.inputs().stream().map(InputColumn::name).forEach(all::add);
    for (Feature feature : preprocessor.schema().features()) {
      boolean once =
          feature instanceof SequenceFeature
              || feature.side() == Side.USER
              || feature.side() == Side.CONTEXT;
      (once ? request : candidate).addAll(feature.columns());
    }
    request.retainAll(all);
    candidate.retainAll(all);
  }

  /** Refuses columns that the model does not know. */
  void requireKnown(Map<String, ?> row, String who) {
    Set<String> unknown = new TreeSet<>(row.keySet());
    unknown.removeAll(all);
    if (!unknown.isEmpty()) {
      throw new DataException(
          who
              + " has columns that the model does not read: "
              + String.join(", ", unknown)
              + "; it reads "
              + String.join(", ", all));
    }
  }

  /** Refuses columns of a candidate that the model does not know or takes from the request. */
  void requireKnownCandidate(Map<String, ?> item, int index) {
    requireKnown(item, "candidate " + index);
    Set<String> theirs = new TreeSet<>(item.keySet());
    theirs.retainAll(request);
    if (!theirs.isEmpty()) {
      throw new DataException(
          "candidate %d has columns that belong to the request: %s; give them there, once for all candidates"
              .formatted(index, String.join(", ", theirs)));
    }
  }

  void requireAll(Row row, int index) {
    for (String column : all) {
      if (!row.has(column)) {
        throw lacks("row " + index, column, all);
      }
    }
  }

  void requireRequest(Row user) {
    for (String column : request) {
      if (!user.has(column)) {
        throw lacks("the request", column, request);
      }
    }
  }

  void requireCandidate(Row user, Row item, int index) {
    for (String column : candidate) {
      if (!item.has(column) && !user.has(column)) {
        throw lacks("candidate " + index, column, candidate);
      }
    }
  }

  private static DataException lacks(String who, String column, Set<String> needed) {
    return new DataException(
        who
            + " has no column "
            + column
            + "; it needs "
            + String.join(", ", needed)
            + ", where null says that a value is not known");
  }

  /**
   * A candidate as a row: the request's columns are the user's, whatever the candidate says of
   * them; the others are its own, then the user's.
   *
   * @param alone whether columns that only the request's features read are left out
   */
  Row candidate(Row user, Row item, boolean alone) {
    return new Row() {
      @Override
      public @Nullable Object value(String column) {
        if (alone && !candidate.contains(column)) {
          return null;
        }
        boolean own = !request.contains(column) && item.has(column);
        return own ? item.value(column) : user.value(column);
      }

      @Override
      public boolean has(String column) {
        return (!alone || candidate.contains(column)) && (item.has(column) || user.has(column));
      }
    };
  }

  /**
   * Encodes rows.
   *
   * @param who what the row of an index is called in messages
   */
  void encode(List<? extends Row> rows, IntFunction<String> who, Batch into) {
    EncodingCounts counts = new EncodingCounts();
    preprocessor.encode(rows, into, counts);
    if (!counts.malformed().isEmpty()) {
      throw malformed(rows, who);
    }
  }

  private DataException malformed(List<? extends Row> rows, IntFunction<String> who) {
    Batch scratch = preprocessor.newBatch();
    for (int i = 0; i < rows.size(); i++) {
      EncodingCounts counts = new EncodingCounts();
      preprocessor.encode(List.of(rows.get(i)), scratch, counts);
      for (String column : new TreeSet<>(counts.malformed().keySet())) {
        return new DataException(
            who.apply(i)
                + ": column "
                + column
                + " is "
                + rows.get(i).value(column)
                + "; it must be "
                + types(column)
                + ", or null if it is not known");
      }
    }
    throw new IllegalStateException("malformed together, but not alone");
  }

  private String types(String column) {
    return String.join(
        " and ",
        preprocessor.inputs().stream()
            .filter(i -> i.name().equals(column))
            .map(
                i ->
                    switch (i.type()) {
                      case INTEGER -> "a whole number";
                      case REAL -> "a finite number";
                      case TEXT -> "text";
                      case INTEGERS -> "a list of whole numbers";
                      case REALS -> "a list of finite numbers";
                      case TEXTS -> "a list of texts";
                    })
            .toList());
  }
}
