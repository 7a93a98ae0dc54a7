package dev.tandem.scoring;

import dev.tandem.graph.Binary;
import dev.tandem.graph.Concat;
import dev.tandem.graph.Constant;
import dev.tandem.graph.ExpandLike;
import dev.tandem.graph.Extent;
import dev.tandem.graph.Input;
import dev.tandem.graph.LogSoftmax;
import dev.tandem.graph.MatMul;
import dev.tandem.graph.Max;
import dev.tandem.graph.Normalise;
import dev.tandem.graph.Op;
import dev.tandem.graph.Parameter;
import dev.tandem.graph.Reshape;
import dev.tandem.graph.ScaleGradient;
import dev.tandem.graph.Select;
import dev.tandem.graph.Slice;
import dev.tandem.graph.Softmax;
import dev.tandem.graph.StopGradient;
import dev.tandem.graph.Sum;
import dev.tandem.graph.Transpose;
import dev.tandem.graph.Unary;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;

/** What each operator computes, in double precision, for one node. */
final class Kernels implements Op.Visitor<Tensor> {
  private final int[] shape;
  private final List<Tensor> in;
  private final Map<String, Tensor> leaves;

  /**
   * The kernel of one node.
   *
   * @param shape sizes of the result
   * @param in values of the operands
   * @param leaves values of parameters and inputs by name
   */
  Kernels(int[] shape, List<Tensor> in, Map<String, Tensor> leaves) {
    this.shape = shape;
    this.in = in;
    this.leaves = leaves;
  }

  private Tensor leaf(String name) {
    Tensor value = leaves.get(name);
    if (value == null) {
      throw new IllegalArgumentException("no value for " + name);
    }
    return value;
  }

  @Override
  public Tensor parameter(Parameter op) {
    return leaf(op.name());
  }

  @Override
  public Tensor input(Input op) {
    return leaf(op.name());
  }

  @Override
  public Tensor constant(Constant op) {
    return new Tensor(op.values().stream().mapToDouble(Double::doubleValue).toArray(), shape);
  }

  @Override
  public Tensor unary(Unary op) {
    DoubleUnaryOperator f =
        switch (op.kind()) {
          case NEG -> x -> -x;
          case RELU -> x -> Math.max(x, 0);
          case SIGMOID -> Kernels::sigmoid;
          case TANH -> Math::tanh;
          case SOFTPLUS -> x -> Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
          case SIN -> Math::sin;
          case COS -> Math::cos;
          case EXP -> Math::exp;
          case LOG -> Math::log;
          case SQRT -> Math::sqrt;
          case ABS -> Math::abs;
          case SIGN -> Math::signum;
          case STEP -> x -> x > 0 ? 1 : 0;
        };
    double[] x = in.get(0).data();
    double[] y = new double[x.length];
    for (int i = 0; i < y.length; i++) {
      y[i] = f.applyAsDouble(x[i]);
    }
    return new Tensor(y, shape);
  }

  private static double sigmoid(double x) {
    double e = Math.exp(-Math.abs(x));
    return (x >= 0 ? 1 : e) / (1 + e);
  }

  @Override
  public Tensor binary(Binary op) {
    DoubleBinaryOperator f =
        switch (op.kind()) {
          case ADD -> (a, b) -> a + b;
          case SUB -> (a, b) -> a - b;
          case MUL -> (a, b) -> a * b;
          case DIV -> (a, b) -> a / b;
          case EQUAL -> (a, b) -> a == b ? 1 : 0;
        };
    double[] a = stretch(in.get(0));
    double[] b = stretch(in.get(1));
    double[] y = new double[a.length];
    for (int i = 0; i < y.length; i++) {
      y[i] = f.applyAsDouble(a[i], b[i]);
    }
    return new Tensor(y, shape);
  }

  @Override
  public Tensor select(Select op) {
    double[] c = stretch(in.get(0));
    double[] a = stretch(in.get(1));
    double[] b = stretch(in.get(2));
    double[] y = new double[a.length];
    for (int i = 0; i < y.length; i++) {
      y[i] = c[i] > 0 ? a[i] : b[i];
    }
    return new Tensor(y, shape);
  }

  /** The operand's numbers at every position of the result. */
  private double[] stretch(Tensor x) {
    if (java.util.Arrays.equals(x.shape(), shape)) {
      return x.data();
    }
    int[] strides = new int[shape.length];
    int stride = 1;
    for (int i = x.rank() - 1; i >= 0; i--) {
      strides[i + shape.length - x.rank()] = x.shape()[i] == 1 ? 0 : stride;
      stride *= x.shape()[i];
    }
    return gather(x.data(), 0, strides);
  }

  /** Reads {@code x} with the given stride per dimension of the result. */
  private double[] gather(double[] x, int offset, int[] strides) {
    double[] y = new double[Tensor.count(shape)];
    int[] at = new int[shape.length];
    int from = offset;
    for (int i = 0; i < y.length; i++) {
      y[i] = x[from];
      for (int d = shape.length - 1; d >= 0; d--) {
        from += strides[d];
        if (++at[d] < shape[d]) {
          break;
        }
        from -= at[d] * strides[d];
        at[d] = 0;
      }
    }
    return y;
  }

  @Override
  public Tensor matMul(MatMul op) {
    Tensor a = in.get(0);
    Tensor b = in.get(1);
    int m = shape[shape.length - 2];
    int n = shape[shape.length - 1];
    int k = a.shape()[a.rank() - (op.transA() ? 2 : 1)];
    int batches = Tensor.count(shape) / Math.max(1, m * n);
    double[] y = new double[Tensor.count(shape)];
    for (int batch = 0; batch < batches; batch++) {
      int a0 = batch * m * k;
      int b0 = b.rank() == 2 ? 0 : batch * k * n;
      for (int i = 0; i < m; i++) {
        for (int j = 0; j < n; j++) {
          double s = 0;
          for (int l = 0; l < k; l++) {
            double u = a.data()[a0 + (op.transA() ? l * m + i : i * k + l)];
            double v = b.data()[b0 + (op.transB() ? j * k + l : l * n + j)];
            s += u * v;
          }
          y[(batch * m + i) * n + j] = s;
        }
      }
    }
    return new Tensor(y, shape);
  }

  /**
   * One row of a row-wise function: reads x from {@code from}, writes y there, {@code n} numbers.
   */
  private interface Row {
    void apply(double[] x, double[] y, int from, int n);
  }

  private Tensor rows(Row row) {
    double[] x = in.get(0).data();
    double[] y = new double[x.length];
    int n = shape[shape.length - 1];
    for (int from = 0; from < x.length; from += n) {
      row.apply(x, y, from, n);
    }
    return new Tensor(y, shape);
  }

  private static double logSumExp(double[] x, int from, int n) {
    double max = Double.NEGATIVE_INFINITY;
    for (int i = from; i < from + n; i++) {
      max = Math.max(max, x[i]);
    }
    double s = 0;
    for (int i = from; i < from + n; i++) {
      s += Math.exp(x[i] - max);
    }
    return max + Math.log(s);
  }

  @Override
  public Tensor softmax(Softmax op) {
    return rows(
        (x, y, from, n) -> {
          double lse = logSumExp(x, from, n);
          for (int i = from; i < from + n; i++) {
            y[i] = Math.exp(x[i] - lse);
          }
        });
  }

  @Override
  public Tensor logSoftmax(LogSoftmax op) {
    return rows(
        (x, y, from, n) -> {
          double lse = logSumExp(x, from, n);
          for (int i = from; i < from + n; i++) {
            y[i] = x[i] - lse;
          }
        });
  }

  @Override
  public Tensor normalise(Normalise op) {
    return rows(
        (x, y, from, n) -> {
          double mean = 0;
          for (int i = from; i < from + n; i++) {
            mean += x[i] / n;
          }
          double variance = 0;
          for (int i = from; i < from + n; i++) {
            variance += (x[i] - mean) * (x[i] - mean) / n;
          }
          double sd = Math.sqrt(variance + op.epsilon());
          for (int i = from; i < from + n; i++) {
            y[i] = (x[i] - mean) / sd;
          }
        });
  }

  @Override
  public Tensor concat(Concat op) {
    double[] y = new double[Tensor.count(shape)];
    int inner = 1;
    for (int d = op.axis() + 1; d < shape.length; d++) {
      inner *= shape[d];
    }
    int row = inner * shape[op.axis()];
    int at = 0;
    for (Tensor x : in) {
      int part = inner * x.shape()[op.axis()];
      for (int o = 0; part > 0 && o < x.data().length / part; o++) {
        System.arraycopy(x.data(), o * part, y, o * row + at, part);
      }
      at += part;
    }
    return new Tensor(y, shape);
  }

  @Override
  public Tensor slice(Slice op) {
    Tensor x = in.get(0);
    int start = (int) (op.start() < 0 ? op.start() + x.shape()[op.axis()] : op.start());
    int[] strides = strides(x.shape());
    return new Tensor(gather(x.data(), start * strides[op.axis()], strides), shape);
  }

  private static int[] strides(int[] shape) {
    int[] strides = new int[shape.length];
    int stride = 1;
    for (int i = shape.length - 1; i >= 0; i--) {
      strides[i] = stride;
      stride *= shape[i];
    }
    return strides;
  }

  @Override
  public Tensor reshape(Reshape op) {
    return new Tensor(in.get(0).data(), shape);
  }

  @Override
  public Tensor transpose(Transpose op) {
    int[] from = strides(in.get(0).shape());
    int[] strides = op.order().stream().mapToInt(i -> from[i]).toArray();
    return new Tensor(gather(in.get(0).data(), 0, strides), shape);
  }

  @Override
  public Tensor expandLike(ExpandLike op) {
    return new Tensor(stretch(in.get(0)), shape);
  }

  @Override
  public Tensor sum(Sum op) {
    Tensor x = in.get(0);
    double[] y = new double[Tensor.count(shape)];
    int[] strides = new int[x.rank()];
    int stride = 1;
    for (int d = x.rank() - 1; d >= 0; d--) {
      boolean reduced = op.axes().contains(d);
      strides[d] = reduced ? 0 : stride;
      stride *= reduced ? 1 : x.shape()[d];
    }
    int[] at = new int[x.rank()];
    for (int i = 0; i < x.data().length; i++) {
      int rest = i;
      int to = 0;
      for (int d = x.rank() - 1; d >= 0; d--) {
        at[d] = rest % x.shape()[d];
        rest /= x.shape()[d];
        to += at[d] * strides[d];
      }
      y[to] += x.data()[i];
    }
    return new Tensor(y, shape);
  }

  @Override
  public Tensor max(Max op) {
    Tensor x = in.get(0);
    int n = x.shape()[op.axis()];
    int inner = strides(x.shape())[op.axis()];
    double[] y = new double[Tensor.count(shape)];
    for (int i = 0; i < y.length; i++) {
      int from = i / inner * inner * n + i % inner;
      y[i] = Double.NEGATIVE_INFINITY;
      for (int j = 0; j < n; j++) {
        y[i] = Math.max(y[i], x.data()[from + j * inner]);
      }
    }
    return new Tensor(y, shape);
  }

  @Override
  public Tensor extent(Extent op) {
    double n = 1;
    for (int axis : op.axes()) {
      n *= in.get(0).shape()[axis];
    }
    return Tensor.scalar(n);
  }

  @Override
  public Tensor stopGradient(StopGradient op) {
    return in.get(0);
  }

  @Override
  public Tensor scaleGradient(ScaleGradient op) {
    return in.get(0);
  }
}
