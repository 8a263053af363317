package torpor.runtime.qemu.vmm;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import torpor.host.process.ExitWatch;
import torpor.host.process.ProcessIdentity;
import torpor.runtime.qemu.cgroup.Cgroup;
import torpor.runtime.qemu.cgroup.Cgroups;
import torpor.runtime.qemu.qmp.QmpMonitor;

/// Starts QEMUs, and finds them again. Thread-safe; the methods wait, always with a deadline.
public final class Launcher {
  private static final Duration DIAL_PATIENCE = Duration.ofSeconds(20);
  private static final Duration ADOPT_PATIENCE = Duration.ofSeconds(5);
  private static final int LOG_TAIL = 600;

  private final Qemu qemu;
  private final Path setsid;
  private final ExitWatch exits;
  private final Cgroups cgroups;

  /// @param setsid the program of that name: a machine is nobody's foreground job
  /// @param cgroups by which they are limited
  public Launcher(Qemu qemu, Path setsid, ExitWatch exits, Cgroups cgroups) {
    this.qemu = qemu;
    this.setsid = setsid;
    this.exits = exits;
    this.cgroups = cgroups;
  }

  public Qemu qemu() {
    return qemu;
  }

  /// Starts a QEMU. It is spoken to when this returns, and gone when this throws.
  ///
  /// @throws IOException where it ends or stays silent, with what it said last
  public Vmm launch(Launch launch) throws IOException, InterruptedException {
    MachineFiles files = launch.files();
    requireMemory(launch);
    Files.deleteIfExists(files.dial());
    try (ServerSocketChannel dial = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      dial.bind(UnixDomainSocketAddress.of(files.dial()));
      Cgroup cgroup = cgroups.create(launch.name().toString(), Allowance.of(launch.hardware()));
      Process process = start(launch, cgroup);
      CompletableFuture<Vmm.Ended> exited = process.onExit().thenApply(_ -> ended(cgroup));
      ProcessIdentity identity =
          ProcessIdentity.of(process.pid())
              .orElseThrow(() -> new IOException("QEMU ended at once: " + tail(files.log())));
      try {
        SocketChannel channel = accept(dial, exited, files);
        QmpMonitor monitor = QmpMonitor.on(channel, DIAL_PATIENCE);
        return new Vmm(launch.name(), identity, monitor, files, exited);
      } catch (IOException | InterruptedException failed) {
        identity.kill();
        process.waitFor(DIAL_PATIENCE.toSeconds(), TimeUnit.SECONDS);
        throw failed;
      }
    } finally {
      Files.deleteIfExists(files.dial());
    }
  }

  /// QEMU makes a file that is not there, of zeros, and runs a guest that has lost its memory.
  private static void requireMemory(Launch launch) throws IOException {
    long bytes;
    try {
      bytes = Files.size(launch.memory());
    } catch (NoSuchFileException missing) {
      throw new IOException("the memory file " + launch.memory() + " is missing", missing);
    }
    if (bytes != launch.hardware().memoryBytes()) {
      throw new IOException(
          "the memory file %s has %d bytes and not %d"
              .formatted(launch.memory(), bytes, launch.hardware().memoryBytes()));
    }
  }

  private Process start(Launch launch, Cgroup cgroup) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(setsid.toString());
    command.addAll(cgroup.joined(CommandLine.of(qemu, launch)));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().keySet().retainAll(List.of("PATH", "HOME", "LANG", "TZ", "TMPDIR"));
    builder.directory(launch.files().directory().toFile());
    builder.redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
    builder.redirectErrorStream(true);
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(launch.files().log().toFile()));
    try {
      return builder.start();
    } catch (IOException failed) {
      cgroup.remove();
      throw failed;
    }
  }

  private static Vmm.Ended ended(Cgroup cgroup) {
    boolean outOfMemory = cgroup.isOutOfMemory();
    cgroup.remove();
    return outOfMemory ? Vmm.Ended.OUT_OF_MEMORY : Vmm.Ended.SOMEHOW;
  }

  private static SocketChannel accept(
      ServerSocketChannel dial, CompletableFuture<Vmm.Ended> exited, MachineFiles files)
      throws IOException, InterruptedException {
    CompletableFuture<SocketChannel> accepted = new CompletableFuture<>();
    Thread waiter =
        Thread.ofVirtual()
            .name("qemu-dial")
            .start(() -> {
              try {
                accepted.complete(dial.accept());
              } catch (IOException closed) {
                accepted.completeExceptionally(closed);
              }
            });
    var _ =
        exited.thenRun(() ->
            accepted.completeExceptionally(new IOException("QEMU ended: " + tail(files.log()))));
    try {
      return accepted.get(DIAL_PATIENCE.toNanos(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException failed) {
      Throwable cause = failed.getCause();
      throw cause instanceof IOException told
          ? told
          : new IOException("QEMU did not report", failed);
    } catch (TimeoutException silent) {
      throw new IOException("QEMU did not report within " + DIAL_PATIENCE, silent);
    } finally {
      waiter.interrupt();
    }
  }

  /// Finds the QEMU of an earlier daemon again.
  ///
  /// @return empty where the process is gone, or is not that machine
  public Optional<Vmm> adopt(MachineName name, ProcessIdentity process, MachineFiles files)
      throws IOException {
    if (!Census.nameOf(process.pid()).equals(Optional.of(name)) || !process.isAlive()) {
      return Optional.empty();
    }
    Cgroup cgroup = cgroups.find(name.toString());
    CompletableFuture<Vmm.Ended> exited = exits.onExit(process).thenApplyAsync(_ -> ended(cgroup));
    SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(files.monitor()));
    QmpMonitor monitor = QmpMonitor.on(channel, ADOPT_PATIENCE);
    return Optional.of(new Vmm(name, process, monitor, files, exited));
  }

  /// The end of what a QEMU wrote to its log.
  public static String tail(Path log) {
    try (FileChannel file = FileChannel.open(log, StandardOpenOption.READ)) {
      long from = Math.max(0, file.size() - LOG_TAIL);
      ByteBuffer end = ByteBuffer.allocate((int) (file.size() - from));
      file.read(end, from);
      String text = StandardCharsets.UTF_8.decode(end.flip()).toString().strip();
      return text.isEmpty() ? "it said nothing" : text;
    } catch (IOException unreadable) {
      return "its log cannot be read";
    }
  }
}
