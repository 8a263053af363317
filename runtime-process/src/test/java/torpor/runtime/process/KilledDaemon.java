package torpor.runtime.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import torpor.core.definition.JsonText;
import torpor.core.machine.MachineHandle;
import torpor.runtime.process.keeper.ExitFile;
import torpor.runtime.process.keeper.Keeper;
import torpor.runtime.process.tree.InstanceMark;
import torpor.testkit.machine.Endings;

/// A daemon in a JVM of its own, to be killed. It starts one program, says so, and waits.
final class KilledDaemon {
  private KilledDaemon() {}

  /// Runs a daemon that starts the program, and kills it once it has.
  ///
  /// @return the handle it learned
  static MachineHandle startsAndDies(Path data, JsonText config) throws Exception {
    return new MachineHandle(run("start", data, config.text()));
  }

  /// Runs a daemon that dies between the fork and the word *go*.
  ///
  /// @return the number of the keeper's process
  static long diesBeforeItSaysGo(Path data, String script) throws Exception {
    return Long.parseLong(run("half", data, script));
  }

  private static String run(String mode, Path data, String argument) throws Exception {
    Process daemon =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElseThrow(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                KilledDaemon.class.getName(),
                mode,
                data.toString(),
                argument)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (var said = daemon.inputReader(StandardCharsets.UTF_8)) {
      String line = said.readLine();
      if (line == null) {
        throw new IOException("the daemon ended without a word");
      }
      return line;
    } finally {
      daemon.destroyForcibly();
      daemon.waitFor(30, TimeUnit.SECONDS);
    }
  }

  public static void main(String[] arguments) throws Exception {
    Path data = Path.of(arguments[1]);
    Bench bench = Bench.open(data);
    System.out.println(
        arguments[0].equals("start")
            ? bench.start(new JsonText(arguments[2]), new Endings()).text()
            : Long.toString(half(bench, arguments[2])));
    Thread.currentThread().join();
  }

  private static long half(Bench bench, String script) throws IOException, InterruptedException {
    Path directory = Files.createDirectories(bench.directory());
    var mark = new InstanceMark(Programs.markOf(bench.data()), Bench.JOB, Bench.FIRST);
    return new Keeper(Path.of("/usr/bin/setsid"), Path.of("/bin/sh"))
        .start(
            new Keeper.Task(
                List.of("/bin/sh", "-c", script),
                Map.of(InstanceMark.VARIABLE, mark.toString()),
                directory,
                bench.console(),
                directory,
                ExitFile.in(directory, Bench.FIRST)),
            Duration.ofSeconds(30))
        .identity()
        .pid();
  }
}
