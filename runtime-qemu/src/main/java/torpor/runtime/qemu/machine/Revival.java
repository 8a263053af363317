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
    Path socket = vmm.files().directory().resolve("in");
    Listening listening = listen(vmm.monitor(), socket);
    try {
      fill(vmm, base, SnapshotDirectory.memory(frozen, manifest), manifest, threads);
      listening.await();
      send(state, socket);
    } finally {
      Files.deleteIfExists(socket);
    }
    QmpEvent end = QmpMonitor.within(listening.ended(), PATIENCE, "the state was not taken");
    if (!end.says(MIGRATION, STATUS, "completed")) {
      throw new SnapshotDamagedException("QEMU does not accept its state");
    }
  }

  private static void fill(
      Vmm vmm, Path base, List<LayerFiles> files, Manifest manifest, Executor threads)
      throws IOException {
    if (files.size() == 1) {
      return;
    }
    long bytes = manifest.hardware().memoryBytes();
    ProcessMemory memory = PrivatePages.mapping(vmm.process().pid(), inode(base), bytes);
    try {
      MemoryLoader.load(Pages.count(bytes), files, memory, threads);
    } catch (MemoryDamagedException damaged) {
      throw new SnapshotDamagedException(String.valueOf(damaged.getMessage()), damaged);
    }
  }

  /// What QEMU was asked for.
  ///
  /// @param ended how the state was taken
  private record Listening(
      CompletableFuture<?> told, CompletableFuture<?> listens, CompletableFuture<QmpEvent> ended) {
    void await() throws IOException {
      QmpMonitor.within(told, PATIENCE, "events were not promised");
      QmpMonitor.within(listens, PATIENCE, "the state was not asked for");
    }
  }

  /// QEMU gets ready for the state while the memory is filled. The state goes in as it was checked,
  /// from our memory: over a socket that QEMU listens on.
  private static Listening listen(QmpMonitor monitor, Path socket) {
    ObjectNode events = QmpMonitor.arguments();
    events.putArray("capabilities").addObject().put("capability", "events").put("state", true);
    ObjectNode from = QmpMonitor.arguments();
    from.put("uri", "unix:" + socket);
    CompletableFuture<QmpEvent> ended =
        monitor.next(event ->
            event.says(MIGRATION, STATUS, "completed") || event.says(MIGRATION, STATUS, "failed"));
    return new Listening(
        monitor.send("migrate-set-capabilities", events),
        monitor.send("migrate-incoming", from),
        ended);
  }

  /// The devices look into the memory, which must be what it was.
  private static void send(byte[] state, Path socket) throws IOException {
    try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
      ByteBuffer bytes = ByteBuffer.wrap(state);
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    }
  }

  static long inode(Path file) throws IOException {
    return (long) Files.getAttribute(file, "unix:ino");
  }
}
