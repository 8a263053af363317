package torpor.runtime.qemu.volume;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import torpor.host.program.Executables;

/// Runs a program of the host, named without its folder, to its end.
final class HostProgram {
  private static final int MOST_SAID = 4_000;

  private HostProgram() {}

  /// @param good the exit codes that mean success
  /// @throws IOException with what it said, where it failed or took too long
  static void run(List<String> command, Duration patience, Set<Integer> good)
      throws IOException, InterruptedException {
    Process process = new ProcessBuilder(located(command)).redirectErrorStream(true).start();
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

  private static List<String> located(List<String> command) throws IOException {
    String name = command.getFirst();
    Path program =
        Executables.find(name)
            .orElseThrow(() -> new IOException("this host has no " + name + "; install it"));
    List<String> located = new ArrayList<>(command);
    located.set(0, program.toString());
    return located;
  }

  private static String said(InputStream output) throws IOException {
    try (output) {
      String said = new String(output.readNBytes(MOST_SAID), StandardCharsets.UTF_8).strip();
      // To its end, or the program would get a closed pipe.
      output.transferTo(OutputStream.nullOutputStream());
      return said;
    }
  }
}
