package torpor.runtime.qemu.volume;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/// Runs a program of the host to its end.
final class HostProgram {
  private static final int MOST_SAID = 4_000;

  private HostProgram() {}

  /// @param good the exit codes that mean success
  /// @throws IOException with what it said, where it failed or took too long
  static void run(List<String> command, Duration patience, Set<Integer> good)
      throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try {
      process.getOutputStream().close();
      // Ends what never ends, and with it the reading below.
      var overdue =
          process
              .onExit()
              .orTimeout(patience.toNanos(), TimeUnit.NANOSECONDS)
              .handle((_, late) -> {
                if (late != null) {
                  process.destroyForcibly();
                }
                return late == null;
              });
      String said = said(process.getInputStream());
      if (!overdue.join()) {
        throw new IOException(command.getFirst() + " took longer than " + patience);
      }
      if (!good.contains(process.waitFor())) {
        throw new IOException(command.getFirst() + " failed: " + said);
      }
    } finally {
      process.destroyForcibly();
    }
  }

  private static String said(InputStream output) throws IOException {
    try (output) {
      String said = new String(output.readNBytes(MOST_SAID), StandardCharsets.UTF_8).strip();
      output.skip(Long.MAX_VALUE);
      return said;
    }
  }
}
