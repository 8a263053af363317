package torpor.runtime.qemu.vmm;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import torpor.host.process.ProcessIdentity;
import torpor.runtime.qemu.qmp.QmpMonitor;

/// A QEMU that runs, and the connection to its monitor. Thread-safe.
///
/// @param exited completes when the process has ended, whoever's child it is, and nothing is left
///   of it
public record Vmm(
    MachineName name,
    ProcessIdentity process,
    QmpMonitor monitor,
    MachineFiles files,
    CompletableFuture<Ended> exited) {
  private static final Duration KILL_PATIENCE = Duration.ofSeconds(10);

  /// How a process ended, as far as the kernel says.
  public enum Ended {
    SOMEHOW,
    /// Memory was short, its own or the host's.
    OUT_OF_MEMORY
  }

  /// Ends the process and waits until it is gone.
  ///
  /// @throws IOException where it does not end
  public void kill() throws IOException {
    process.kill();
    monitor.close();
    await(KILL_PATIENCE);
  }

  /// Waits until the process is gone.
  ///
  /// @throws IOException where it is still there after `patience`
  public void await(Duration patience) throws IOException {
    try {
      exited.get(patience.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException stillThere) {
      throw new IOException("QEMU process " + process.pid() + " does not end", stillThere);
    } catch (ExecutionException impossible) {
      throw new IllegalStateException("an exit cannot fail", impossible);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while QEMU process " + process.pid() + " ends", stopped);
    }
  }
}
