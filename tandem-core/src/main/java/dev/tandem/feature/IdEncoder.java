package dev.tandem.feature;

import java.util.List;

/** One id per row from one column. */
record IdEncoder(int field, InputColumn input, Vocabulary vocabulary) implements Encoder {
  @Override
  public List<InputColumn> inputs() {
    return List.of(input);
  }

  @Override
  public void encode(List<Column> columns, int rows, Batch into, EncodingCounts counts) {
    counts.countUnseen(
        input.name(), Keys.lookup(columns.get(0), 0, rows, vocabulary, into.ids(field), 0));
  }
}
