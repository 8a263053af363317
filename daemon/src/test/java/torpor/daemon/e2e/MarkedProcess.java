package torpor.daemon.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// A process that carries the mark of a data directory: a program of one of its jobs, or what that
/// has started.
///
/// @param ulid of the job, in lower case
record MarkedProcess(long pid, String ulid, String command) {

  /// Every one that is alive.
  static List<MarkedProcess> of(Path data) {
    Path id = data.resolve("id");
    List<MarkedProcess> found = new ArrayList<>();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
      if (!Files.exists(id)) {
        return found;
      }
      String mark = "TORPOR_INSTANCE_MARK=" + Files.readString(id).strip() + "/";
      for (Path process : all) {
        marked(process, mark).ifPresent(found::add);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("look for the processes of " + data, e);
    }
    return found;
  }

  /// Ends them all: what a failed test leaves must not outlive it.
  static void endAll(Path data) {
    of(data).forEach(it -> ProcessHandle.of(it.pid()).ifPresent(ProcessHandle::destroyForcibly));
  }

  boolean isOf(String job) {
    return job.toLowerCase(Locale.ROOT).endsWith(ulid);
  }

  private static Optional<MarkedProcess> marked(Path process, String mark) {
    String environment = read(process.resolve("environ"));
    int at = environment.indexOf(mark);
    if (at < 0 || ended(process)) {
      return Optional.empty();
    }
    String rest = environment.substring(at + mark.length());
    return Optional.of(
        new MarkedProcess(
            Long.parseLong(String.valueOf(process.getFileName())),
            rest.substring(0, rest.indexOf('/')).toLowerCase(Locale.ROOT),
            read(process.resolve("cmdline")).replace('\0', ' ')));
  }

  private static boolean ended(Path process) {
    String stat = read(process.resolve("stat"));
    return stat.isEmpty() || stat.substring(stat.lastIndexOf(')')).startsWith(") Z");
  }

  /// Empty where the process is gone or another user's.
  private static String read(Path file) {
    try {
      return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
    } catch (IOException gone) {
      return "";
    }
  }
}
