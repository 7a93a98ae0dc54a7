package dev.tandem.parquet;

/** The name and the type of one column. */
public record Column(String name, ColumnType type) {}
