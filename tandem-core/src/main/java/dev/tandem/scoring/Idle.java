package dev.tandem.scoring;

import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Supplier;

/** Things that wait to be used again, taken and put back without locks. Thread-safe. */
public final class Idle<T> {
  private static final int PLACES = 64;

  private final AtomicReferenceArray<T> places = new AtomicReferenceArray<>(PLACES);

  /** One that waits, or a new one. */
  public T take(Supplier<T> fresh) {
    for (int i = 0; i < PLACES; i++) {
      T waiting = places.getPlain(i) == null ? null : places.getAndSet(i, null);
      if (waiting != null) {
        return waiting;
      }
    }
    return fresh.get();
  }

  /** Puts one back; false if so many wait already that it is not wanted. */
  public boolean put(T used) {
    for (int i = 0; i < PLACES; i++) {
      if (places.compareAndSet(i, null, used)) {
        return true;
      }
    }
    return false;
  }
}
