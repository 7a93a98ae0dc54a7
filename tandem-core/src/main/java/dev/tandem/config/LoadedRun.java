package dev.tandem.config;

/**
 * A run configuration as it was read.
 *
 * @param config with every variable replaced, every default filled in, and relative data files
 *     resolved
 * @param portable the same with the data directory left as a variable and files as they were
 *     written: what an archive keeps and a hash covers, so that they do not depend on where the
 *     data lies
 */
public record LoadedRun(RunConfig config, RunConfig portable) {}
