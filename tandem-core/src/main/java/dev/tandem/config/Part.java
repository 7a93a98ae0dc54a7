package dev.tandem.config;

import dev.tandem.schema.Default;
import dev.tandem.schema.Doc;
import dev.tandem.schema.Range;
import dev.tandem.schema.Shorthand;
import java.util.List;
import java.util.Optional;

/**
 * Some rows: exactly one of {@code files}, {@code sql} and {@code from}. Rows taken {@code from}
 * another part leave that part, so no row is ever in two.
 *
 * @param files paths or globs
 * @param sql a query over the sources
 * @param from another part (train, validation, test) or a source
 * @param where SQL condition that the rows must meet
 * @param fraction share of the rows, drawn at random
 * @param stratify task or column whose values keep their shares
 * @param group column whose equal values stay together
 * @param seed seed of the drawing
 * @param format how the files are written
 */
@Doc("Some rows: exactly one of `files`, `sql` and `from`.")
public record Part(
    @Doc("Paths or globs; all files together are one table.") @Default("[]") @Shorthand
        List<String> files,
    @Doc("A query over the named sources.") Optional<String> sql,
    @Doc(
            "Another part (train, validation or test), which then no longer holds the rows taken, or a named source.")
        Optional<String> from,
    @Doc("SQL condition: only rows that meet it.") Optional<String> where,
    @Doc("Share of the rows, drawn at random.") @Range(min = 0, max = 1) Optional<Double> fraction,
    @Doc("Task or column whose values keep their shares in the drawing.") Optional<String> stratify,
    @Doc("Column whose equal values are drawn together, such as a user.") Optional<String> group,
    @Doc("Seed of the drawing.") @Default("1") long seed,
    @Doc("How the files are written; `data.format` when absent.") Optional<Format> format) {}
