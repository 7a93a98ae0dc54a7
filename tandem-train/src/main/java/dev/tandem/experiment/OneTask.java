package dev.tandem.experiment;

import dev.tandem.feature.Batch;
import dev.tandem.feature.EncodedData;
import dev.tandem.feature.EncodedView;
import dev.tandem.schema.Pooling;

/** The rows of several tasks as one of them sees them: the other tasks' labels left out. */
final class OneTask extends EncodedView {
  private final int tasks;
  private final int task;
  private final ThreadLocal<Batch> buffers;

  OneTask(EncodedData data, int tasks, int task) {
    super(data);
    this.tasks = tasks;
    this.task = task;
    this.buffers = ThreadLocal.withInitial(() -> new Batch(data.layout(), tasks));
  }

  @Override
  public void read(long[] rows, int from, int count, Batch into) {
    Batch all = buffers.get();
    data.read(rows, from, count, all);
    into.resize(count);
    fields(all, into, count);
    sequences(all, into, count);
    copy(all.numbers(), into.numbers(), count * layout().numbers().size());
    copy(all.groups(), into.groups(), count);
    copy(all.weights(), into.weights(), count);
    copy(all.rowNumbers(), into.rowNumbers(), count);
    for (int r = 0; r < count; r++) {
      into.labels()[r] = all.labels()[r * tasks + task];
      into.states()[r] = all.states()[r * tasks + task];
    }
  }

  private void fields(Batch all, Batch into, int count) {
    for (int f = 0; f < layout().fields().size(); f++) {
      int size = count;
      if (layout().fields().get(f).pooling() != Pooling.NONE) {
        size = all.offsets(f)[count];
        copy(all.offsets(f), into.offsets(f), count + 1);
        into.reserveIds(f, size);
      }
      copy(all.ids(f), into.ids(f), size);
      if (layout().fields().get(f).weighted()) {
        copy(all.factors(f), into.factors(f), size);
      }
    }
  }

  private void sequences(Batch all, Batch into, int count) {
    for (int s = 0; s < layout().sequences().size(); s++) {
      int steps = all.sequenceOffsets(s)[count];
      copy(all.sequenceOffsets(s), into.sequenceOffsets(s), count + 1);
      into.reserveSteps(s, steps);
      for (int t = 0; t < layout().sequences().get(s).tables().size(); t++) {
        copy(all.sequenceIds(s, t), into.sequenceIds(s, t), steps);
      }
    }
  }

  @SuppressWarnings("SuspiciousSystemArraycopy") // both are arrays of one primitive type
  private static void copy(Object from, Object to, int count) {
    System.arraycopy(from, 0, to, 0, count);
  }
}
