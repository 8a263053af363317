package torpor.engine.serial;

/// A thread whose owner has nothing to do but to wait for what it is about to ask. The engine may
/// then do the work on that very thread, the wait for the disk included, where it would otherwise
/// hand it to threads of its own; each change of threads costs a wake-up. Whether it does makes no
/// difference to anything but time.
///
/// ```
/// not lent:  asker ─> engine thread ─> store's writer ─> engine thread ─> asker
/// lent:      asker: turn, commit, answer
/// ```
///
/// What a turn sets going beside its own commit is not done here: turns do not nest, and the asker
/// gets its answer before others get what follows from it.
public final class LentThread {
  private enum Use {
    NONE,
    TURN
  }

  private static final ScopedValue<Use> USE = ScopedValue.newInstance();

  private LentThread() {}

  /// What the owner does with its thread while it is lent: it asks, and waits.
  @FunctionalInterface
  public interface Asking<X extends Exception> {
    void run() throws X;
  }

  /// Lends the calling thread for as long as `asking` takes.
  public static <X extends Exception> void lend(Asking<X> asking) throws X {
    ScopedValue.where(USE, Use.NONE)
        .<Object, X>call(() -> {
          asking.run();
          return USE;
        });
  }

  /// Whether the calling thread may be made to wait for a disk.
  public static boolean isLent() {
    return USE.isBound();
  }

  /// Runs `turn` on the calling thread where that is lent and not in a turn already.
  ///
  /// @return whether it did
  public static boolean use(Runnable turn) {
    if (USE.orElse(Use.TURN) != Use.NONE) {
      return false;
    }
    ScopedValue.where(USE, Use.TURN).run(turn);
    return true;
  }
}
