package torpor.runtime.wasm.memory;

/// The process has no linear memory left for another guest; trying again later may succeed.
public final class OutOfBudgetException extends RuntimeException {
  OutOfBudgetException(long wanted, PageBudget budget) {
    super(
        "a guest needs %d bytes of linear memory, %d of %d are reserved"
            .formatted(wanted, budget.reservedBytes(), budget.capacityBytes()));
  }
}
