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

  private static final String USUAL_PATH = "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin";

  private Executables() {}

  public static boolean canRun(Path file) {
    return Files.isRegularFile(file) && Files.isExecutable(file);
  }

  /// In the daemon's `PATH` and then where programs are as a rule: those for administrators are not
  /// on everybody's.
  public static Optional<Path> find(String name) {
    String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
    return find(name, path + File.pathSeparator + USUAL_PATH);
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
