/**
 * What was fitted, on disk: the model archive, checkpoints, and safetensors files. Everything
 * written here is complete or absent, and everything read here is checked against its SHA-256.
 */
@org.jspecify.annotations.NullMarked
package dev.tandem.archive;
