package torpor.runtime.wasm.memory;

import java.util.concurrent.atomic.AtomicLong;

/// The linear memory that all resident guests of this process may hold together, in bytes.
///
/// Thread-safe. Reserved when a memory is created or grows, given back when the guest leaves
/// memory; a guest whose `memory.grow` does not fit sees the ordinary -1.
public final class PageBudget {
  private final long capacity;
  private final AtomicLong reserved = new AtomicLong();

  public PageBudget(long capacityBytes) {
    if (capacityBytes <= 0) {
      throw new IllegalArgumentException("a page budget must be positive: " + capacityBytes);
    }
    this.capacity = capacityBytes;
  }

  /// Takes `bytes` if they fit, and says whether they did.
  public boolean reserve(long bytes) {
    long before = reserved.get();
    while (before + bytes <= capacity) {
      if (reserved.compareAndSet(before, before + bytes)) {
        return true;
      }
      before = reserved.get();
    }
    return false;
  }

  public void release(long bytes) {
    if (reserved.addAndGet(-bytes) < 0) {
      throw new IllegalStateException("more linear memory released than was reserved");
    }
  }

  public long capacityBytes() {
    return capacity;
  }

  public long reservedBytes() {
    return reserved.get();
  }
}
