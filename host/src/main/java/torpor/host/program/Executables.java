package torpor.host.program;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

/// Finds programs as a shell does.
public final class Executables {
  private static final Pattern SEPARATOR = Pattern.compile(Pattern.quote(File.pathSeparator));

  private Executables() {}

  public static boolean canRun(Path file) {
    return Files.isRegularFile(file) && Files.isExecutable(file);
  }

  /// @param searchPath absolute folders, separated as in `PATH`; others in it are passed over
  public static Optional<Path> find(String name, String searchPath) {
    return SEPARATOR
        .splitAsStream(searchPath)
        .filter(folder -> folder.startsWith("/"))
        .flatMap(folder -> candidate(folder, name).stream())
        .filter(Executables::canRun)
        .findFirst();
  }

  private static Optional<Path> candidate(String folder, String name) {
    try {
      return Optional.of(Path.of(folder).resolve(name));
    } catch (InvalidPathException noPath) {
      return Optional.empty();
    }
  }
}
