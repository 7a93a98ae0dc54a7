package dev.tandem.config;

import dev.tandem.schema.Schema;
import java.util.List;

/**
 * A configuration laid over the columns of a source.
 *
 * @param schema what the columns mean
 * @param notes what a reader should know, one sentence each: columns that a pattern left out, and
 *     why
 */
public record Resolution(Schema schema, List<String> notes) {
  public Resolution {
    notes = List.copyOf(notes);
  }
}
