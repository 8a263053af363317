package torpor.bench.machines;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import torpor.host.process.ProcessMemory;

/// The script: network, QEMU, memory, devices, thaw, go on.
///
/// @param blank an empty layer of the disk
/// @param life a directory of its own; its path is short
record HandRestore(HandPlan plan, Path blank, Path life) {

  /// How long it took to the first tick, in milliseconds, and that tick.
  record Done(double millis, Ticks.Tick tick) {}

  Done run() throws IOException {
    Files.createDirectory(life);
    CompletableFuture<Ticks.Tick> first = Ticks.first(life.resolve("serial.log"));
    try {
      long began = System.nanoTime();
      HandNetwork.up();
      Files.copy(blank, life.resolve("top.qcow2"));
      HandQemu qemu = start();
      try (qemu) {
        Ticks.Tick tick = first.join();
        return new Done((tick.at() - began) / 1e6, tick);
      }
    } finally {
      HandNetwork.down();
      torpor.bench.stage.Workbench.remove(life);
    }
  }

  private HandQemu start() throws IOException {
    try (ServerSocketChannel dial = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      dial.bind(UnixDomainSocketAddress.of(life.resolve("dial")));
      HandQemu qemu = HandQemu.start(plan.in(life), life);
      try {
        revive(qemu, new Qmp(dial.accept()));
        return qemu;
      } catch (IOException failed) {
        qemu.close();
        throw failed;
      }
    }
  }

  private void revive(HandQemu qemu, Qmp monitor) throws IOException {
    monitor.execute(
        "migrate-set-capabilities",
        "\"capabilities\":[{\"capability\":\"events\",\"state\":true}]");
    Path in = life.resolve("in");
    monitor.execute("migrate-incoming", "\"uri\":\"unix:" + in + "\"");
    fill(qemu);
    try (SocketChannel state = SocketChannel.open(UnixDomainSocketAddress.of(in))) {
      Qmp.write(state, ByteBuffer.wrap(Files.readAllBytes(plan.snapshot().resolve("state"))));
    }
    monitor.await("\"completed\"");
    SocketChannel agent = SocketChannel.open(UnixDomainSocketAddress.of(life.resolve("agent")));
    qemu.keep(agent);
    Qmp.write(agent, GuestFrames.thaw());
    monitor.execute("cont", "");
    qemu.keep(monitor);
  }

  private void fill(HandQemu qemu) throws IOException {
    if (plan.copies().isEmpty()) {
      return;
    }
    ProcessMemory memory =
        new ProcessMemory(
            qemu.pid(), qemu.address(plan.snapshot().resolve("base.pages")), plan.memoryBytes());
    Path file = plan.copies().getFirst().file();
    try (Arena arena = Arena.ofConfined();
        FileChannel pages = FileChannel.open(file)) {
      MemorySegment all = pages.map(FileChannel.MapMode.READ_ONLY, 0, pages.size(), arena);
      for (HandPlan.Copy copy : plan.copies()) {
        memory.write(copy.to(), all.asSlice(copy.offset(), copy.length()));
      }
    }
  }

  /// A process of ours.
  static final class HandQemu implements AutoCloseable {
    private final Process process;
    private final List<AutoCloseable> kept = new ArrayList<>();

    private HandQemu(Process process) {
      this.process = process;
    }

    /// In the network made by hand.
    static HandQemu start(List<String> command, Path life) throws IOException {
      List<String> words = new ArrayList<>(List.of("ip", "netns", "exec", HandNetwork.NAMESPACE));
      words.addAll(command);
      return new HandQemu(
          new ProcessBuilder(words)
              .directory(life.toFile())
              .redirectErrorStream(true)
              .redirectOutput(life.resolve("vmm.log").toFile())
              .start());
    }

    long pid() {
      return process.pid();
    }

    /// Closed with it.
    void keep(AutoCloseable connection) {
      kept.add(connection);
    }

    /// Where it maps a file.
    long address(Path file) throws IOException {
      String inode = " " + Files.getAttribute(file, "unix:ino") + " ";
      for (String line : Files.readAllLines(Path.of("/proc", Long.toString(pid()), "maps"))) {
        if (line.contains(inode) && line.contains("rw-p")) {
          return Long.parseUnsignedLong(line.substring(0, line.indexOf('-')), 16);
        }
      }
      throw new IOException("QEMU does not map " + file);
    }

    @Override
    public void close() throws IOException {
      process.destroyForcibly();
      try {
        process.waitFor();
        for (AutoCloseable connection : kept) {
          connection.close();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted while QEMU ends", e);
      } catch (IOException | RuntimeException e) {
        throw e;
      } catch (Exception e) {
        throw new IOException("close a connection to QEMU", e);
      }
    }
  }
}
