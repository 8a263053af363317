package torpor.daemon.e2e;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import torpor.daemon.mortal.MortalDaemon;

/// The program itself, as a user starts it.
final class Torpor {
  /// As the launcher gives them, but for little heap and a compiler that is soon done: these
  /// daemons live for seconds.
  private static final List<String> FLAGS =
      List.of(
          "-XX:-DontCompileHugeMethods",
          "-XX:+UseSerialGC",
          "-XX:TieredStopAtLevel=1",
          "-Xmx768m",
          "-Xss8m",
          "--enable-native-access=ALL-UNNAMED",
          "--sun-misc-unsafe-memory-access=allow",
          "-Dfile.encoding=UTF-8",
          "-Xlog:disable");

  private static final int PATIENCE_SECONDS = 120;

  private Torpor() {}

  /// How one run of the program ended.
  record Run(int exitCode, String out, String err) {}

  /// Takes nothing from the environment of whoever runs the tests.
  static ProcessBuilder command(List<String> arguments) {
    return command(flags(), ClassArchive.CLASS_PATH, arguments);
  }

  /// A daemon that dies where it is told to.
  ///
  /// @param orders the directory in which it is told
  static ProcessBuilder mortal(Path orders, List<String> arguments) {
    List<String> flags = flags();
    flags.add("-D" + MortalDaemon.DIRECTORY + "=" + orders);
    // The tests' own settings are on this class path too.
    flags.add("-Dlogback.configurationFile=logback.xml");
    String classPath = ClassArchive.CLASS_PATH + File.pathSeparator + ClassArchive.ownClasses();
    return command(flags, classPath, MortalDaemon.class.getName(), arguments);
  }

  private static List<String> flags() {
    List<String> flags = new ArrayList<>(FLAGS);
    if (Files.exists(ClassArchive.FILE)) {
      flags.add("-XX:SharedArchiveFile=" + ClassArchive.FILE);
    }
    return flags;
  }

  /// @param flags for the virtual machine
  static ProcessBuilder command(List<String> flags, String classPath, List<String> arguments) {
    return command(flags, classPath, "torpor.daemon.Main", arguments);
  }

  private static ProcessBuilder command(
      List<String> flags, String classPath, String main, List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(flags);
    command.addAll(List.of("-cp", classPath, main));
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().keySet().removeIf(name -> name.startsWith("TORPOR_"));
    return builder;
  }

  /// Runs one command to its end.
  static Run run(Path directory, String... arguments) throws IOException, InterruptedException {
    Path out = Files.createTempFile(directory, "out", ".txt");
    Path err = Files.createTempFile(directory, "err", ".txt");
    Process process =
        command(List.of(arguments))
            .directory(directory.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start();
    if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError("still running: torpor " + String.join(" ", arguments));
    }
    return new Run(process.exitValue(), text(out), text(err));
  }

  private static String text(Path file) throws IOException {
    return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
  }
}
