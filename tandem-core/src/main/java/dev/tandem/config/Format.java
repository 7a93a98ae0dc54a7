package dev.tandem.config;

import dev.tandem.schema.Default;
import dev.tandem.schema.Doc;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How files are written. All but {@code type}, {@code compression} and {@code types} concern
 * delimited text only.
 *
 * @param type kind of file
 * @param compression how it is compressed
 * @param header whether the first line names the columns; empty: detected
 * @param columns names of the columns of files without a header
 * @param delimiter what divides the columns; empty: detected
 * @param quote the quoting character; empty text: nothing is quoted
 * @param escape what escapes a quote within quotes
 * @param nulls texts that mean a missing value
 * @param types SQL types of columns that should not be detected
 */
@Doc("How files are written.")
public record Format(
    @Doc("Kind of file; by its extension when auto.") @Default("auto") Type type,
    @Doc("Compression; by its extension when auto.") @Default("auto") Compression compression,
    @Doc("Whether the first line of delimited text names the columns; detected when absent.")
        Optional<Boolean> header,
    @Doc("Names of the columns, for delimited text without a header.") @Default("[]")
        List<String> columns,
    @Doc("What divides the columns of delimited text; detected when absent.")
        Optional<String> delimiter,
    @Doc("The quoting character; an empty text when nothing is quoted.") @Default("'\"'")
        String quote,
    @Doc("The character that escapes a quote within quotes.") @Default("'\"'") String escape,
    @Doc("Texts that mean a missing value.") @Default("['']") List<String> nulls,
    @Doc("SQL types by column, where detection should not decide.") @Default("{}")
        Map<String, String> types) {

  /** Kind of file. */
  public enum Type {
    AUTO,
    CSV,
    PARQUET,
    JSON
  }

  /** Compression of text files. */
  public enum Compression {
    AUTO,
    NONE,
    GZIP,
    ZSTD
  }
}
