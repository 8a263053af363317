package torpor.core.snapshot;

/// The number of a snapshot within its job: 1, 2, 3, …
public record SnapshotNumber(int number) implements Comparable<SnapshotNumber> {
  public static final SnapshotNumber FIRST = new SnapshotNumber(1);

  public SnapshotNumber next() {
    return new SnapshotNumber(number + 1);
  }

  @Override
  public int compareTo(SnapshotNumber other) {
    return Integer.compare(number, other.number);
  }

  @Override
  public String toString() {
    return Integer.toString(number);
  }
}
