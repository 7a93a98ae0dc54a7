package dev.tandem.metric;

/**
 * Share of rows whose most probable class (the first, on ties) is right; of a binary task, share of
 * rows on the right side of probability one half.
 */
public record Accuracy() implements Metric {
  @Override
  public String name() {
    return "accuracy";
  }

  @Override
  public Better better() {
    return Better.HIGHER;
  }

  @Override
  public boolean appliesTo(Rows rows) {
    return rows.kind() != LabelKind.REGRESSION;
  }

  @Override
  public Measured measure(Rows rows) {
    Sum right = new Sum();
    for (int i = 0; i < rows.count(); i++) {
      right.add(predicted(rows, i) == rows.label(i) ? rows.weight(i) : 0);
    }
    return Measured.of(right.value() / rows.totalWeight(), rows.count());
  }

  private static int predicted(Rows rows, int row) {
    if (rows.kind() == LabelKind.BINARY) {
      return rows.score(row) > 0.5 ? 1 : 0;
    }
    int best = 0;
    for (int c = 1; c < rows.classes(); c++) {
      best = rows.score(row, c) > rows.score(row, best) ? c : best;
    }
    return best;
  }
}
