package torpor.runtime.process.keeper;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import torpor.core.machine.ExitStatus;
import torpor.core.machine.Generation;

/// Where the keeper writes how its program ended, in the job's directory, one per generation. The
/// exit is not lost while nobody listens: the next daemon finds it here.
public record ExitFile(Path path) {
  private static final String PREFIX = "exit-";
  private static final Pattern LINE = Pattern.compile("code=(\\d{1,9}) oom_kills=(\\d{1,18})\\n");

  public static ExitFile in(Path directory, Generation generation) {
    return new ExitFile(directory.resolve(PREFIX + generation).toAbsolutePath());
  }

  /// Forgets how every earlier life of the job's machine ended.
  static void removeAll(Path directory) throws IOException {
    try (var files = Files.newDirectoryStream(directory, PREFIX + "*")) {
      for (Path file : files) {
        Files.deleteIfExists(file);
      }
    }
  }

  /// @return empty where the program has not ended, or nobody was there to write how
  public Optional<ExitStatus> read() throws IOException {
    try {
      Matcher line = LINE.matcher(Files.readString(path));
      return line.matches()
          ? Optional.of(
              ExitCodes.status(Integer.parseInt(line.group(1)), Long.parseLong(line.group(2)) > 0))
          : Optional.empty();
    } catch (NoSuchFileException notEnded) {
      return Optional.empty();
    }
  }
}
