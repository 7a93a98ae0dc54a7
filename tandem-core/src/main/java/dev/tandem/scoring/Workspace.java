package dev.tandem.scoring;

/**
 * The arrays that one run of a {@link Program} works on: inputs to fill, values in between, results
 * to read. Grown as needed and kept, so that runs of known sizes allocate nothing. Used by one
 * thread at a time.
 */
public final class Workspace implements Execution {
  private final Program program;
  private final int[] sizes;
  private Plan plan;
  final float[][] v;
  final float[][] rows = new float[Dense.BLOCK][Dense.PANEL];

  Workspace(Program program, int slots, int[] sizes, Plan plan) {
    this.program = program;
    this.v = new float[slots][];
    this.sizes = sizes;
    this.plan = plan;
    java.util.Arrays.fill(v, new float[0]);
    program.placeParameters(v);
    plan.reserve(v);
  }

  @Override
  public void resize(int... symbols) {
    if (!java.util.Arrays.equals(sizes, symbols)) {
      plan = program.plan(symbols);
      System.arraycopy(symbols, 0, sizes, 0, sizes.length);
      plan.reserve(v);
    }
  }

  @Override
  public float[] input(int i) {
    return v[program.inputSlot(i)];
  }

  /** The array of an input by name. */
  public float[] input(String name) {
    return input(program.input(name));
  }

  @Override
  public void run() {
    plan.run(this);
  }

  @Override
  public float[] output(int i) {
    return v[plan.output(i)];
  }

  /** The array of an output by name. */
  public float[] output(String name) {
    return output(program.output(name));
  }

  @Override
  public void close() {
    program.giveBack(this);
  }
}
