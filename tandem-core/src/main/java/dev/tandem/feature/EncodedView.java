package dev.tandem.feature;

import dev.tandem.schema.InputLayout;
import java.util.List;

/** Other data, read in another way: as they are but for what a subclass changes. */
public abstract class EncodedView implements EncodedData {
  /** What is read. */
  protected final EncodedData data;

  /** A view of data. */
  protected EncodedView(EncodedData data) {
    this.data = data;
  }

  @Override
  public long rows() {
    return data.rows();
  }

  @Override
  public InputLayout layout() {
    return data.layout();
  }

  @Override
  public List<FittedTable> tables() {
    return data.tables();
  }
}
