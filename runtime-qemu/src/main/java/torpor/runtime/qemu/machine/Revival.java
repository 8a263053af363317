package torpor.runtime.qemu.machine;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import tools.jackson.databind.node.ObjectNode;
import torpor.host.process.ProcessMemory;
import torpor.runtime.qemu.memory.LayerFiles;
import torpor.runtime.qemu.memory.MemoryDamagedException;
import torpor.runtime.qemu.memory.MemoryLoader;
import torpor.runtime.qemu.memory.Pages;
import torpor.runtime.qemu.memory.PrivatePages;
import torpor.runtime.qemu.qmp.QmpEvent;
import torpor.runtime.qemu.qmp.QmpMonitor;
import torpor.runtime.qemu.snapshot.Manifest;
import torpor.runtime.qemu.snapshot.SnapshotDamagedException;
import torpor.runtime.qemu.snapshot.SnapshotDirectory;
import torpor.runtime.qemu.vmm.Vmm;

/// Puts a frozen memory and device state into a QEMU that was started to wait for them.
final class Revival {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final String MIGRATION = "MIGRATION";
  private static final String STATUS = "status";

  private Revival() {}

  /// @param base the file that the QEMU maps
  /// @param threads for what is done side by side
  static void load(Vmm vmm, Path base, Path frozen, Manifest manifest, Executor threads)
      throws IOException {
    byte[] state = Files.readAllBytes(frozen.resolve(Manifest.STATE));
    List<LayerFiles> files = SnapshotDirectory.memory(frozen, manifest);
    if (files.size() > 1) {
      long bytes = manifest.hardware().memoryBytes();
      ProcessMemory memory = PrivatePages.mapping(vmm.process().pid(), inode(base), bytes);
      try {
        MemoryLoader.load(Pages.count(bytes), files, memory, threads);
      } catch (MemoryDamagedException damaged) {
        throw new SnapshotDamagedException(String.valueOf(damaged.getMessage()), damaged);
      }
    }
    devices(vmm, state);
  }

  /// The state goes in as it was checked, from our memory: over a socket that QEMU listens on.
  private static void devices(Vmm vmm, byte[] state) throws IOException {
    QmpMonitor monitor = vmm.monitor();
    Path socket = vmm.files().directory().resolve("in");
    ObjectNode events = QmpMonitor.arguments();
    events.putArray("capabilities").addObject().put("capability", "events").put("state", true);
    monitor.execute("migrate-set-capabilities", events, PATIENCE);
    CompletableFuture<QmpEvent> ended =
        monitor.next(event ->
            event.says(MIGRATION, STATUS, "completed") || event.says(MIGRATION, STATUS, "failed"));
    ObjectNode from = QmpMonitor.arguments();
    from.put("uri", "unix:" + socket);
    monitor.execute("migrate-incoming", from, PATIENCE);
    try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
      ByteBuffer bytes = ByteBuffer.wrap(state);
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    } finally {
      Files.deleteIfExists(socket);
    }
    QmpEvent end = QmpMonitor.within(ended, PATIENCE, "the state was not taken");
    if (!end.says(MIGRATION, STATUS, "completed")) {
      throw new SnapshotDamagedException("QEMU does not accept its state");
    }
  }

  static long inode(Path file) throws IOException {
    return (long) Files.getAttribute(file, "unix:ino");
  }
}
