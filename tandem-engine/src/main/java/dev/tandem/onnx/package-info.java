/** A graph written as ONNX and run by ONNX Runtime, the only owner of native memory. */
@NullMarked
package dev.tandem.onnx;

import org.jspecify.annotations.NullMarked;
