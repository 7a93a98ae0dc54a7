package dev.tandem.config;

import dev.tandem.schema.Default;
import dev.tandem.schema.Doc;
import java.util.Map;
import java.util.Optional;

/**
 * Where the rows come from. Either {@code train} (and {@code validation}, {@code test}) name their
 * rows, or {@code rows} names all of them and {@code split} divides them.
 *
 * @param sources named tables that SQL can speak of
 * @param rows all rows, to be divided by {@code split}
 * @param split how to divide them
 * @param train rows that everything is fitted on
 * @param validation rows that decide when to stop and what to keep
 * @param test rows that nothing is decided on
 * @param derive further columns, each an SQL expression over the others
 * @param format how the files are written, unless a source says otherwise
 * @param rejects how many malformed rows may be set aside
 */
@Doc("Where the rows come from and how they are divided.")
public record DataConfig(
    @Doc("Files under a name that `sql:` and `from:` can speak of.") @Default("{}")
        Map<String, Source> sources,
    @Doc("All rows, to be divided by `split`; instead of `train`.") Optional<Part> rows,
    @Doc("How `rows` are divided into train, validation and test.") Optional<Split> split,
    @Doc("The rows that vocabularies, statistics and weights are fitted on.") Optional<Part> train,
    @Doc("The rows that decide when to stop and which state to keep.") Optional<Part> validation,
    @Doc("The rows that nothing is decided on.") Optional<Part> test,
    @Doc("Further columns by name, each an SQL expression over the columns of a row.")
        @Default("{}")
        Map<String, String> derive,
    @Doc("How the files are written; a source may differ.") @Default("{}") Format format,
    @Doc("How many malformed rows may be set aside before the run stops.") @Default("{}")
        Rejects rejects) {}
