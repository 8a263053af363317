package torpor.testkit.sim;

/// The files of one snapshot.
final class SnapshotContent {
  private GuestMemory memory = GuestMemory.FRESH;
  private boolean complete;

  /// Everything has been written and fsynced.
  void write(GuestMemory whole) {
    memory = whole;
    complete = true;
  }

  GuestMemory memory() {
    return memory;
  }

  boolean complete() {
    return complete;
  }
}
