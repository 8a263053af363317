package torpor.testkit.sim;

/// Something whose work ends with it: a daemon's process, a machine, or the world itself.
final class Life {
  private final String name;
  private boolean alive = true;
  private boolean cutOff;
  private boolean isolated;
  private boolean leaseLost;

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

  /// Whether it does not reach the store, and nothing else is wrong with it.
  boolean isolated() {
    return isolated;
  }

  void isolate(boolean nowIsolated) {
    isolated = nowIsolated;
  }

  /// Whether another daemon may have its node because its lease has run out: nothing of it may run.
  boolean leaseLost() {
    return leaseLost;
  }

  void loseLease() {
    leaseLost = true;
  }

  @Override
  public String toString() {
    return name;
  }
}
