package torpor.bench.machines;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Sees what a guest writes to its serial console, in the file that QEMU writes it to.
final class Ticks {
  private static final long LOOK_NANOS = 300_000;
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Pattern TICK = Pattern.compile("tick ([0-9a-f]{8}) (\\d+) (\\d+)\r?\n");

  private Ticks() {}

  /// One line of the program.
  ///
  /// @param life of the program; a machine that was booted anew has another
  /// @param behindMillis by how much the guest's clock was behind the host's
  /// @param at moment by the host's [System#nanoTime]
  record Tick(String life, long count, long behindMillis, long at) {}

  /// Looks for the first whole tick in the file, which need not be there yet.
  static CompletableFuture<Tick> first(Path console) {
    return first(() -> Optional.of(console));
  }

  /// The same of a file whose name is not known yet.
  static CompletableFuture<Tick> first(Supplier<Optional<Path>> console) {
    return CompletableFuture.supplyAsync(() -> await(console), Ticks::thread);
  }

  private static void thread(Runnable looking) {
    Thread.ofPlatform().daemon().name("ticks").start(looking);
  }

  private static Tick await(Supplier<Optional<Path>> console) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (System.nanoTime() < deadline) {
      String text = console.get().map(Ticks::text).orElse("");
      Matcher tick = TICK.matcher(text);
      if (tick.find()) {
        long now = System.nanoTime();
        long behind = System.currentTimeMillis() - Long.parseLong(tick.group(3));
        return new Tick(tick.group(1), Long.parseLong(tick.group(2)), behind, now);
      }
      LockSupport.parkNanos(LOOK_NANOS);
    }
    throw new IllegalStateException("no tick within " + PATIENCE);
  }

  private static String text(Path console) {
    try {
      return Files.readString(console, StandardCharsets.ISO_8859_1);
    } catch (NoSuchFileException notYet) {
      return "";
    } catch (IOException e) {
      throw new IllegalStateException("read " + console, e);
    }
  }

  /// Watches a machine that ticks.
  static final class Gap implements AutoCloseable {
    private final AtomicBoolean over = new AtomicBoolean();
    private final CompletableFuture<Long> longest;

    Gap(Path console) {
      this.longest = CompletableFuture.supplyAsync(() -> watch(console), Ticks::thread);
    }

    private long watch(Path console) {
      try (FileChannel file = FileChannel.open(console, StandardOpenOption.READ)) {
        ByteBuffer last = ByteBuffer.allocate(1);
        long size = file.size();
        long since = System.nanoTime();
        long most = 0;
        while (!over.get()) {
          LockSupport.parkNanos(LOOK_NANOS);
          long now = System.nanoTime();
          if (file.size() > size && file.read(last.clear(), file.size() - 1) == 1) {
            size = file.size();
            most = Math.max(most, now - since);
            since = now;
          }
        }
        return most;
      } catch (IOException e) {
        throw new IllegalStateException("read " + console, e);
      }
    }

    /// For how many milliseconds it was silent at most.
    double endMillis() {
      over.set(true);
      return longest.join() / 1e6;
    }

    @Override
    public void close() {
      over.set(true);
    }
  }
}
