package torpor.core.machine;

/// Which life of a job's machine: 0 before the first, +1 at every start or restore.
public record Generation(int number) implements Comparable<Generation> {
  public static final Generation NONE = new Generation(0);

  public Generation next() {
    return new Generation(number + 1);
  }

  @Override
  public int compareTo(Generation other) {
    return Integer.compare(number, other.number);
  }

  @Override
  public String toString() {
    return Integer.toString(number);
  }
}
