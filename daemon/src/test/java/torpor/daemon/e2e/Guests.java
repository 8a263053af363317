package torpor.daemon.e2e;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import torpor.wire.WireJson;

/// The programs that run inside, from the sources of the worker clients.
final class Guests {
  private static final Path ROOT = root();

  private Guests() {}

  private static Path root() {
    Optional<Path> here = Optional.of(Path.of("").toAbsolutePath());
    while (here.isPresent()) {
      Path guest = here.orElseThrow().resolve("guest");
      if (Files.isDirectory(guest.resolve("checker"))) {
        return guest;
      }
      here = Optional.ofNullable(here.orElseThrow().getParent());
    }
    throw new IllegalStateException("there is no guest/ above " + Path.of("").toAbsolutePath());
  }

  static Path file(String path) {
    return ROOT.resolve(path);
  }

  static String wasm(String path) {
    return "{\"module\":%s}".formatted(quoted(file(path).toString()));
  }

  static String command(String... words) {
    return "{\"command\":" + WireJson.write(words) + "}";
  }

  static String shell(String script) {
    return command("/bin/sh", "-c", script);
  }

  /// A Python program among the tests' resources, with the Python client at hand.
  static String python(String python, Path script) {
    return "{\"command\":%s,\"env\":{\"PYTHONPATH\":%s,\"PYTHONDONTWRITEBYTECODE\":\"1\"}}"
        .formatted(
            WireJson.write(new String[] {python, script.toString()}),
            quoted(file("python").toString()));
  }

  static String quoted(String text) {
    return WireJson.write(text);
  }

  /// Copies a resource of this package out.
  static Path unpacked(String name, Path directory) {
    try (InputStream in = Guests.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("no resource " + name);
      }
      Path file = directory.resolve(name);
      Files.copy(in, file);
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException("unpack " + name, e);
    }
  }

  /// The program itself and not a shim in front of it, which would cost a shell at every start.
  static Optional<String> python() {
    return answer("python3", "-c", "import sys; print(sys.executable)");
  }

  static Optional<String> node() {
    return answer("node", "-p", "process.execPath");
  }

  /// Empty where the program is not there or does not work.
  private static Optional<String> answer(String... command) {
    try {
      Process process =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
      String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      boolean worked = process.waitFor(30, TimeUnit.SECONDS) && process.exitValue() == 0;
      return worked ? Optional.of(out.strip()) : Optional.empty();
    } catch (IOException missing) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }
}
