package torpor.runtime.qemu.machine;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;
import torpor.runtime.qemu.disk.BlankDisks;
import torpor.runtime.qemu.disk.BlockDevices;
import torpor.runtime.qemu.disk.DiskChain;
import torpor.runtime.qemu.disk.DiskFile;
import torpor.runtime.qemu.qmp.QmpMonitor;

/// A disk that a running machine writes to. One thread at a time.
///
/// What is written down of its files is always enough to read the disk: a new file is noted before
/// QEMU writes to it, and an old one is forgotten after nothing is read from it any more.
final class WrittenDisk {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  /// A disk of more files is made shorter while the machine runs; of as many, before it stops.
  private static final int LONG = 8;

  private static final int LONGEST = 64;

  private final QmpMonitor monitor;
  private final BlankDisks blanks;
  private final String serial;
  private DiskChain chain;
  private boolean shared;
  private @Nullable Shortening shortening;
  private boolean shortened;

  /// Writes down what the machine's disks are made of.
  @FunctionalInterface
  interface Recording {
    void record() throws IOException;
  }

  WrittenDisk(QmpMonitor monitor, BlankDisks blanks, String serial, DiskChain chain) {
    this.monitor = monitor;
    this.blanks = blanks;
    this.serial = serial;
    this.chain = chain;
  }

  DiskChain chain() {
    return chain;
  }

  /// The file that is written is part of a snapshot from now on.
  void isShared() {
    shared = true;
  }

  boolean hasShared() {
    return shared;
  }

  /// No snapshot came of it: the file that is written is nobody else's.
  void isItsOwn() {
    shared = false;
  }

  void linkInto(Path directory) throws IOException {
    chain.linkInto(directory);
  }

  /// Puts an empty file on top, where the last one is a snapshot's. The machine stands still.
  void leaveToSnapshot(Recording recording) throws IOException, InterruptedException {
    if (!shared) {
      return;
    }
    DiskChain longer = chain.withLayer(blanks);
    ObjectNode arguments = QmpMonitor.arguments();
    arguments.put("node-name", topNode());
    arguments.put("snapshot-file", longer.top().toString());
    arguments.put("snapshot-node-name", nodeName());
    arguments.put("format", DiskFile.Format.QCOW2.text());
    arguments.put("mode", "existing");
    DiskChain before = chain;
    chain = longer;
    try {
      // Noted first: an empty layer that nobody writes to does no harm, one that nobody knows
      // would.
      recording.record();
      monitor.execute("blockdev-snapshot-sync", arguments, PATIENCE);
    } catch (IOException failed) {
      chain = before;
      throw failed;
    }
    shared = false;
  }

  /// QEMU takes names of at most 31 characters.
  private static String nodeName() {
    return "top" + UUID.randomUUID().toString().replace("-", "").substring(0, 16);
  }

  /// The node that the guest's disk writes to now.
  private String topNode() throws IOException {
    String device = "disk-" + serial;
    for (JsonNode block : monitor.execute("query-block", PATIENCE).values()) {
      String attached = block.path("qdev").asString("");
      if (attached.endsWith("/" + device + "/virtio-backend") || attached.endsWith(device)) {
        return block.path("inserted").path("node-name").asString();
      }
    }
    throw new IOException("QEMU does not know the machine's disk " + serial);
  }

  /// The machine runs: a long chain is copied together meanwhile.
  void runs() throws IOException {
    if (chain.files().size() > LONG) {
      shortening = Shortening.begin(monitor, serial, topNode(), BlockDevices.bottomOf(serial));
    }
  }

  /// An earlier daemon may have left it at that.
  void forgetShortening() throws IOException {
    Shortening.forget(monitor, serial);
  }

  /// The machine is about to stand still.
  void endShortening() throws IOException {
    Shortening begun = shortening;
    shortening = null;
    shortened |= begun != null && begun.end(chain.files().size() < LONGEST);
  }

  /// The machine stands still, and QEMU has flushed what it copied: only now are the files done
  /// with that it was copied from.
  void dropCopied(Recording recording) throws IOException {
    if (shortened) {
      DiskChain longer = chain;
      chain = longer.shortened();
      try {
        recording.record();
      } catch (IOException failed) {
        chain = longer;
        throw failed;
      }
      shortened = false;
      longer.deleteBetween();
    }
  }
}
