package torpor.testkit.sim;

/// Something whose work ends with it: a daemon's process, a machine, or the world itself.
final class Life {
  private final String name;
  private boolean alive = true;
  private boolean cutOff;

  Life(String name) {
    this.name = name;
  }

  boolean alive() {
    return alive;
  }

  void end() {
    alive = false;
  }

  /// Whether it goes on but no longer reaches this host's disk and machines: a daemon that has been
  /// taken over. The lock on the data directory is what keeps a real one from them.
  boolean cutOff() {
    return cutOff;
  }

  void cutOffNow() {
    cutOff = true;
  }

  @Override
  public String toString() {
    return name;
  }
}
