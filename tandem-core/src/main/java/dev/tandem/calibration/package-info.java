/**
 * What makes the probabilities of a trained model mean what they say: maps fitted on validation
 * scores, stored with the model, applied after the network by every runtime.
 */
@org.jspecify.annotations.NullMarked
package dev.tandem.calibration;
