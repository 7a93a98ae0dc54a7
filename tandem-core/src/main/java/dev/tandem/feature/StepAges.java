package dev.tandem.feature;

/**
 * What a step's age becomes: the bucket of {@code now − time}, 0 when either is unknown or the step
 * is not earlier than its row.
 *
 * @param slot name of the ages among what is fitted
 * @param edges inner edges of the buckets
 */
record StepAges(String slot, Edges edges) {
  int id(double now, double time) {
    double age = now - time;
    return age > 0 && age < Double.POSITIVE_INFINITY ? edges.bucket(age) : 0;
  }
}
