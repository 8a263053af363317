package torpor.bench.machines;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import torpor.bench.stage.Workbench;

/// What QEMU does alone: `-incoming` from a file with everything that the RAM holds. The network
/// stands already, and nothing is repaired.
///
/// @param plan for the command line
/// @param stream the file
/// @param disk the disk's top as it was then
/// @param life a directory of its own; its path is short
record PlainIncoming(HandPlan plan, Path stream, Path disk, Path life) {
  private static final String FAST = "\"max-bandwidth\":10000000000";

  /// Writes the stream of a machine that runs, over its second monitor; it runs on afterwards.
  ///
  /// @param running directory of its life
  /// @param top the file that its disk is written to
  /// @param into an existing directory
  static PlainIncoming of(HandPlan plan, Path running, Path top, Path into, Path life)
      throws IOException {
    Path stream = into.resolve("stream");
    Path disk = into.resolve("disk.qcow2");
    try (Qmp monitor =
        new Qmp(SocketChannel.open(UnixDomainSocketAddress.of(running.resolve("qmp"))))) {
      monitor.execute("migrate-set-parameters", FAST);
      monitor.execute(
          "migrate-set-capabilities",
          "\"capabilities\":[{\"capability\":\"events\",\"state\":true}]");
      monitor.send("migrate", "\"uri\":\"exec:cat>" + stream + "\"");
      monitor.await("\"completed\"");
      Files.copy(top, disk);
      monitor.execute("cont", "");
    }
    return new PlainIncoming(plan, stream, disk, life);
  }

  HandRestore.Done run() throws IOException {
    Files.createDirectory(life);
    CompletableFuture<Ticks.Tick> first = Ticks.first(life.resolve("serial.log"));
    try {
      HandNetwork.up();
      Files.copy(disk, life.resolve("top.qcow2"));
      long began = System.nanoTime();
      try (var _ = HandRestore.HandQemu.start(command(), life)) {
        Ticks.Tick tick = first.join();
        return new HandRestore.Done((tick.at() - began) / 1e6, tick);
      }
    } finally {
      HandNetwork.down();
      Workbench.remove(life);
    }
  }

  /// Nobody dials, nobody listens at the start, the RAM is its own.
  private List<String> command() {
    List<String> words = new ArrayList<>(plan.in(life));
    words.remove("-S");
    words.set(words.indexOf("-incoming") + 1, "exec:cat " + stream);
    words.replaceAll(word ->
        word.startsWith("memory-backend-file,")
            ? "memory-backend-ram,id=ram0,size=" + plan.memoryBytes()
            : word);
    // -chardev … -mon …
    int monitor = words.indexOf("chardev=dialling,mode=control");
    words.subList(monitor - 3, monitor + 1).clear();
    return words;
  }
}
