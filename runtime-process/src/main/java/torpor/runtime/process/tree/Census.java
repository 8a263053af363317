package torpor.runtime.process.tree;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import torpor.host.process.ProcessStat;

/// Reads all of `/proc`, once for everybody who is waiting when it begins: ten thousand machines
/// adopted at once need a reading or two, not ten thousand. Thread-safe.
public final class Census implements AutoCloseable {
  private static final Path PROC = Path.of("/proc");

  private final DataDirectoryMark owner;
  private final long self = ProcessHandle.current().pid();
  private final AtomicReference<@Nullable CompletableFuture<List<MarkedProcess>>> next =
      new AtomicReference<>();
  private final ExecutorService reader =
      Executors.newSingleThreadExecutor(
          Thread.ofPlatform().daemon().name("process-census").factory());

  public Census(DataDirectoryMark owner) {
    this.owner = owner;
  }

  /// Every process there is, this one and the ended ones left out, by a reading that begins after
  /// this call.
  public CompletableFuture<List<MarkedProcess>> take() {
    CompletableFuture<List<MarkedProcess>> mine = new CompletableFuture<>();
    CompletableFuture<List<MarkedProcess>> queued = next.compareAndExchange(null, mine);
    if (queued != null) {
      return queued;
    }
    reader.execute(() -> {
      next.set(null);
      try {
        mine.complete(read());
      } catch (RuntimeException unreadable) {
        mine.completeExceptionally(unreadable);
      }
    });
    return mine;
  }

  private List<MarkedProcess> read() {
    List<MarkedProcess> found = new ArrayList<>();
    try (var entries = Files.newDirectoryStream(PROC, "[0-9]*")) {
      for (Path entry : entries) {
        long pid = Long.parseLong(entry.getFileName().toString());
        if (pid != self) {
          ProcessStat.of(pid)
              .filter(stat -> !stat.ended())
              .ifPresent(stat -> found.add(new MarkedProcess(stat, markOf(pid))));
        }
      }
    } catch (IOException unreadable) {
      throw new UncheckedIOException("/proc cannot be read", unreadable);
    }
    return List.copyOf(found);
  }

  /// The mark of one process.
  public Optional<InstanceMark> markOf(long pid) {
    try {
      Path environment = PROC.resolve(Long.toString(pid)).resolve("environ");
      return InstanceMark.in(Files.readAllBytes(environment), owner);
    } catch (IOException goneOrAnotherUsers) {
      return Optional.empty();
    }
  }

  @Override
  public void close() {
    reader.shutdown();
  }
}
