package dev.tandem.metric;

import java.util.Map;

/**
 * Plain mean over the classes of the AUC of each class against the rest. Classes without rows are
 * left out; the details say how many were kept.
 */
public record MacroAuc() implements Metric {
  @Override
  public String name() {
    return "macro_auc";
  }

  @Override
  public Better better() {
    return Better.HIGHER;
  }

  @Override
  public boolean appliesTo(Rows rows) {
    return rows.kind() == LabelKind.MULTICLASS;
  }

  @Override
  public Measured measure(Rows rows) {
    double sum = 0;
    int kept = 0;
    for (int c = 0; c < rows.classes(); c++) {
      double auc = Auc.of(rows.oneVersusRest(c));
      if (!Double.isNaN(auc)) {
        sum += auc;
        kept++;
      }
    }
    return new Measured(sum / kept, rows.count(), Map.of("classes_kept", (double) kept));
  }
}
