package torpor.daemon.e2e;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.spi.ToolProvider;
import torpor.daemon.command.ServeCommand;

/// The daemon's classes in jars, as a user has them, and parsed once for all starts: a start then
/// costs a third, which makes room for more kills. The virtual machine passes over an archive that
/// does not fit.
final class ClassArchive {
  private static final int PATIENCE_SECONDS = 90;
  private static final Path DIRECTORY = directory();

  static final String CLASS_PATH = classPath();
  static final Path FILE = make();

  private ClassArchive() {}

  private static Path directory() {
    try {
      Path directory = Files.createTempDirectory("torpor-e2e");
      Runtime.getRuntime().addShutdownHook(new Thread(() -> remove(directory)));
      return directory;
    } catch (IOException e) {
      throw new UncheckedIOException("make a directory for the daemon's classes", e);
    }
  }

  private static void remove(Path directory) {
    try (var all = Files.walk(directory)) {
      all.sorted((a, b) -> b.compareTo(a)).map(Path::toFile).forEach(File::delete);
    } catch (IOException e) {
      System.err.println("cannot remove " + directory + ": " + e);
    }
  }

  /// The tests' own classes and settings stay out of the daemon.
  private static String classPath() {
    String all =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    String own = ownClasses();
    List<String> jars = new ArrayList<>();
    for (String entry : Arrays.stream(all.split(File.pathSeparator)).distinct().toList()) {
      Path path = Path.of(entry).toAbsolutePath();
      if (Files.isRegularFile(path)) {
        jars.add(path.toString());
      } else if (Files.isDirectory(path) && !path.toString().equals(own)) {
        jars.add(packed(path, DIRECTORY.resolve(jars.size() + ".jar")).toString());
      }
    }
    return String.join(File.pathSeparator, jars);
  }

  /// Where the tests' own are.
  static String ownClasses() {
    return Path.of(ClassArchive.class.getProtectionDomain().getCodeSource().getLocation().getPath())
        .toAbsolutePath()
        .toString();
  }

  private static Path packed(Path classes, Path jar) {
    ToolProvider tool = ToolProvider.findFirst("jar").orElseThrow();
    int exit =
        tool.run(
            System.out,
            System.err,
            "--create",
            "--file",
            jar.toString(),
            "-C",
            classes.toString(),
            ".");
    if (exit != 0) {
      throw new IllegalStateException("cannot pack " + classes);
    }
    return jar;
  }

  private static Path make() {
    Path archive = DIRECTORY.resolve("classes.jsa");
    try {
      Process process =
          Torpor.command(
                  List.of(
                      "-XX:+UseSerialGC",
                      "-Xlog:disable",
                      "--enable-native-access=ALL-UNNAMED",
                      "-XX:ArchiveClassesAtExit=" + archive),
                  CLASS_PATH,
                  DaemonSetup.in(DIRECTORY).arguments())
              .directory(DIRECTORY.toFile())
              .redirectErrorStream(true)
              .start();
      try (BufferedReader log = process.inputReader()) {
        String line = log.readLine();
        while (line != null && !line.equals(ServeCommand.READY)) {
          line = log.readLine();
        }
        process.destroy();
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
          process.destroyForcibly();
        }
      }
      return archive;
    } catch (IOException e) {
      throw new UncheckedIOException("make an archive of the daemon's classes", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }
}
