package torpor.runtime.qemu.machine;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import tools.jackson.databind.node.ObjectNode;
import torpor.runtime.qemu.qmp.QmpEvent;
import torpor.runtime.qemu.qmp.QmpException;
import torpor.runtime.qemu.qmp.QmpMonitor;

/// A running machine's disk being brought back to two files: QEMU copies everything that lies
/// between the blank bottom and the top into the top, while the guest goes on. What was copied when
/// it is called off is not lost, only not enough.
final class Shortening {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final String COMPLETED = "BLOCK_JOB_COMPLETED";
  private static final String CANCELLED = "BLOCK_JOB_CANCELLED";

  private final QmpMonitor monitor;
  private final String job;
  private final CompletableFuture<QmpEvent> ended;

  private Shortening(QmpMonitor monitor, String disk) {
    this.monitor = monitor;
    this.job = "shortening-" + disk;
    this.ended =
        monitor.next(
            event -> event.says(COMPLETED, "device", job) || event.says(CANCELLED, "device", job));
  }

  /// @param disk its serial number
  /// @param top the node that is written to
  /// @param bottom the node below all that is copied
  static Shortening begin(QmpMonitor monitor, String disk, String top, String bottom)
      throws QmpException {
    Shortening begun = new Shortening(monitor, disk);
    ObjectNode arguments = QmpMonitor.arguments();
    arguments.put("job-id", begun.job);
    arguments.put("device", top);
    arguments.put("base-node", bottom);
    try {
      monitor.execute("block-stream", arguments, PATIENCE);
      return begun;
    } catch (QmpException refused) {
      begun.ended.cancel(false);
      throw refused;
    }
  }

  /// Calls off what an earlier daemon may have begun; the files are good in any case.
  static void forget(QmpMonitor monitor, String disk) throws IOException {
    Shortening unknown = new Shortening(monitor, disk);
    if (unknown.callOff()) {
      unknown.end(false);
    } else {
      unknown.ended.cancel(false);
    }
  }

  /// Waits for its end.
  ///
  /// @param callOff whether it is to end now, done or not
  /// @return whether the chain is short now
  boolean end(boolean callOff) throws IOException {
    if (callOff && !ended.isDone()) {
      var _ = callOff();
    }
    QmpEvent event = QmpMonitor.within(ended, PATIENCE, "the disk's shortening does not end");
    return event.name().equals(COMPLETED) && !event.data().has("error");
  }

  /// @return whether there was one
  private boolean callOff() throws QmpException {
    ObjectNode arguments = QmpMonitor.arguments();
    arguments.put("device", job);
    try {
      monitor.execute("block-job-cancel", arguments, PATIENCE);
      return true;
    } catch (QmpException refused) {
      if (monitor.ended().isDone()) {
        throw refused;
      }
      return false; // there is none, or it has just ended by itself
    }
  }
}
