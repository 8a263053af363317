package torpor.runtime.wasm.memory;

/// The process has no linear memory left for another guest.
public final class OutOfBudgetException extends RuntimeException {
  private final long wanted;
  private final long capacity;

  OutOfBudgetException(long wanted, PageBudget budget) {
    super(
        "a guest needs %d bytes of linear memory, %d of %d are reserved"
            .formatted(wanted, budget.reservedBytes(), budget.capacityBytes()));
    this.wanted = wanted;
    this.capacity = budget.capacityBytes();
  }

  /// Whether trying again later may succeed; not where the guest alone is more than there is.
  public boolean mayFitLater() {
    return wanted <= capacity;
  }

  public long wantedBytes() {
    return wanted;
  }

  public long capacityBytes() {
    return capacity;
  }
}
