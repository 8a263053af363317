package torpor.images.tool;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import torpor.images.refused.ImageRefusedException;

/// Runs a program to its end.
///
/// @param tools to find what ties the program's life to ours
/// @param deadline after which it is killed
final record ToolRun(ToolBox tools, Duration deadline) {
  private static final int COMPLAINT_BYTES = 8 * 1024;
  private static final File NOTHING_TO_READ = new File("/dev/null");
  private static final Duration LOOK_EVERY = Duration.ofMillis(200);
  private static final Duration AFTER_THE_END = Duration.ofSeconds(10);

  /// @param output the beginning of what it wrote to standard output
  /// @param complaint the end of what it wrote to standard error
  record Ended(int exitCode, Kept output, String complaint) {
    boolean ok() {
      return exitCode == 0;
    }
  }

  /// Looks at the work from time to time; an exception kills the program.
  @FunctionalInterface
  interface Watch {
    Watch NONE = () -> {};

    void look() throws ImageRefusedException, IOException;
  }

  /// Call it on a platform thread: the kernel kills the program when the thread that began it ends.
  ///
  /// @param outputBytes how much of standard output is wanted
  Ended run(List<String> command, int outputBytes, Watch watch)
      throws ImageRefusedException, IOException, InterruptedException {
    Process process = start(command);
    try {
      var output = reading(process.getInputStream(), new Kept(outputBytes, false));
      var complaint = reading(process.getErrorStream(), new Kept(COMPLAINT_BYTES, true));
      await(process, command, watch);
      Kept out = ended(output, command);
      Kept err = ended(complaint, command);
      return new Ended(process.exitValue(), out, new String(err.bytes(), StandardCharsets.UTF_8));
    } finally {
      process.destroyForcibly();
    }
  }

  private Process start(List<String> command) throws IOException {
    List<String> whole = new ArrayList<>();
    Optional<Path> setpriv = tools.find("setpriv");
    setpriv.ifPresent(file -> whole.addAll(List.of(file.toString(), "--pdeathsig", "KILL", "--")));
    whole.addAll(command);
    ProcessBuilder builder = new ProcessBuilder(whole);
    builder.redirectInput(ProcessBuilder.Redirect.from(NOTHING_TO_READ));
    builder.environment().put("LC_ALL", "C");
    return builder.start();
  }

  /// Its end wakes us; in between we look how far it is.
  private void await(Process process, List<String> command, Watch watch)
      throws ImageRefusedException, IOException, InterruptedException {
    long began = System.nanoTime();
    while (!process.waitFor(LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS)) {
      watch.look();
      if (System.nanoTime() - began > deadline.toNanos()) {
        throw late(command, deadline);
      }
    }
  }

  private static ImageRefusedException late(List<String> command, Duration deadline) {
    return ImageRefusedException.failed(
        "%s did not end within %d s"
            .formatted(Path.of(command.getFirst()).getFileName(), deadline.toSeconds()),
        "See whether the registry or the disk is slow, and ask for the image again.");
  }

  private static FutureTask<Kept> reading(InputStream from, Kept into) {
    FutureTask<Kept> task =
        new FutureTask<>(() -> {
          byte[] buffer = new byte[8192];
          for (int n = from.read(buffer); n >= 0; n = from.read(buffer)) {
            into.add(buffer, n);
          }
          return into;
        });
    Thread.ofVirtual().name("tool-output").start(task);
    return task;
  }

  private static Kept ended(FutureTask<Kept> task, List<String> command)
      throws ImageRefusedException, IOException, InterruptedException {
    try {
      return task.get(AFTER_THE_END.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw late(command, AFTER_THE_END);
    } catch (ExecutionException e) {
      throw new IOException("reading what " + command.getFirst() + " says", e.getCause());
    }
  }

  /// Keeps the beginning or the end of what it is given.
  static final class Kept {
    private final int limit;
    private final boolean end;
    private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
    private boolean cut;

    Kept(int limit, boolean end) {
      this.limit = limit;
      this.end = end;
    }

    void add(byte[] bytes, int length) {
      if (end) {
        kept.write(bytes, 0, length);
        if (kept.size() > 2 * limit) {
          byte[] last = bytes();
          kept.reset();
          kept.writeBytes(last);
        }
        return;
      }
      int room = limit - kept.size();
      cut |= length > room;
      kept.write(bytes, 0, Math.min(room, length));
    }

    byte[] bytes() {
      byte[] all = kept.toByteArray();
      int from = Math.max(0, all.length - limit);
      return Arrays.copyOfRange(all, from, all.length);
    }

    boolean cut() {
      return cut;
    }
  }
}
