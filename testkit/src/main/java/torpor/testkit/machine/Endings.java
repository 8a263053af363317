package torpor.testkit.machine;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import torpor.core.machine.ExitStatus;
import torpor.engine.machine.MachineListener;

/// A listener that keeps what it was told.
public final class Endings implements MachineListener {
  private final BlockingQueue<ExitStatus> told = new LinkedBlockingQueue<>();

  @Override
  public void ended(ExitStatus status) {
    told.add(status);
  }

  /// Waits for the next ending, and takes it.
  ///
  /// @throws AssertionError where none comes in time
  public ExitStatus next(Duration patience) {
    try {
      ExitStatus status = told.poll(patience.toMillis(), TimeUnit.MILLISECONDS);
      if (status == null) {
        throw new AssertionError("no ending was told within " + patience);
      }
      return status;
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted while waiting for an ending", interrupted);
    }
  }

  /// What was told and not yet taken.
  public List<ExitStatus> untaken() {
    return List.copyOf(told);
  }
}
