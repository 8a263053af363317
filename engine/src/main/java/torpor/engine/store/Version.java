package torpor.engine.store;

/// Counts the writes of one job's row; every write names the version it replaces.
public record Version(long number) {
  public static final Version ABSENT = new Version(0);

  public Version next() {
    return new Version(number + 1);
  }
}
