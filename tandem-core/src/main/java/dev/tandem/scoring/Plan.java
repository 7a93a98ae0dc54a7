package dev.tandem.scoring;

/** A program for given sizes: what to do, and how long each array must be. Immutable and shared. */
final class Plan {
  private final Kernel[] kernels;
  private final int[] lengths;
  private final int[] outputs;

  /**
   * A plan.
   *
   * @param kernels steps in order
   * @param lengths floats per array, by number; 0 where the program owns the array
   * @param outputs number of each output's array
   */
  Plan(Kernel[] kernels, int[] lengths, int[] outputs) {
    this.kernels = kernels;
    this.lengths = lengths;
    this.outputs = outputs;
  }

  void run(Workspace workspace) {
    for (Kernel kernel : kernels) {
      kernel.run(workspace);
    }
  }

  int output(int i) {
    return outputs[i];
  }

  void reserve(float[][] v) {
    for (int i = 0; i < lengths.length; i++) {
      if (v[i].length < lengths[i]) {
        v[i] = new float[lengths[i]];
      }
    }
  }
}
