package torpor.bench.measure;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;

/// The machine a figure was taken on, at one moment.
///
/// @param load of the last minute, this process included
/// @param fsyncsPerSecond writes of 4 KiB, each flushed, by one thread into one file
public record Host(int cores, double load, double fsyncsPerSecond) {
  private static final int PAGE = 4_096;
  private static final long PREALLOCATED = 1L << 20;

  public static Host look(Path directory, Duration window) throws IOException {
    return new Host(
        Runtime.getRuntime().availableProcessors(),
        ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage(),
        fsyncs(directory, window));
  }

  private static double fsyncs(Path directory, Duration window) throws IOException {
    Path file = Files.createTempFile(directory, "fsync", ".probe");
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      ByteBuffer page = ByteBuffer.allocateDirect(PAGE);
      // As a log would: into space that is already the file's, so that only data is flushed.
      for (long at = 0; at < PREALLOCATED; at += PAGE) {
        channel.write(page.clear(), at);
      }
      channel.force(true);
      long began = System.nanoTime();
      long count = 0;
      while (System.nanoTime() - began < window.toNanos()) {
        channel.write(page.clear(), count * PAGE % PREALLOCATED);
        channel.force(false);
        count++;
      }
      return count * 1e9 / (System.nanoTime() - began);
    } finally {
      Files.deleteIfExists(file);
    }
  }
}
