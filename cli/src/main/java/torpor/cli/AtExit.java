package torpor.cli;

/// Something to be done also where this process is interrupted.
public final class AtExit implements AutoCloseable {
  private final Thread hook;

  private AtExit(Thread hook) {
    this.hook = hook;
  }

  /// Until it is closed.
  public static AtExit run(Runnable work) {
    Thread hook = Thread.ofPlatform().name("at-exit").unstarted(work);
    Runtime.getRuntime().addShutdownHook(hook);
    return new AtExit(hook);
  }

  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException exiting) {
      // It is being done.
    }
  }
}
