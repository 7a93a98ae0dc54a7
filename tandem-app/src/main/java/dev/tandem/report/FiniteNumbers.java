package dev.tandem.report;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.module.SimpleModule;
import java.io.IOException;

/** JSON has no NaN: an undefined number is written as null. */
public final class FiniteNumbers extends SimpleModule {
  private static final long serialVersionUID = 1;

  /** To register with a mapper. */
  public FiniteNumbers() {
    super("finite numbers");
    addSerializer(Double.class, new Finite());
    addSerializer(double.class, new Finite());
  }

  private static final class Finite extends JsonSerializer<Double> {
    @Override
    public void serialize(Double value, JsonGenerator out, SerializerProvider provider)
        throws IOException {
      if (Double.isFinite(value)) {
        out.writeNumber(value);
      } else {
        out.writeNull();
      }
    }
  }
}
