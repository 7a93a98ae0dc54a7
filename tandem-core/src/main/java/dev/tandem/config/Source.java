package dev.tandem.config;

import dev.tandem.schema.Doc;
import dev.tandem.schema.Shorthand;
import java.util.List;
import java.util.Optional;

/**
 * A named table made of files.
 *
 * @param files paths or globs of one table
 * @param format how they are written; empty: as {@code data.format} says
 */
@Doc("A named table made of files.")
public record Source(
    @Doc("Paths or globs; all files together are one table.") @Shorthand List<String> files,
    @Doc("How these files are written; `data.format` when absent.") Optional<Format> format) {}
