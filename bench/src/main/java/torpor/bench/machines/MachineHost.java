package torpor.bench.machines;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// A host on which machines run, to be asked first.
///
/// @param kernels the directory that the daemon finds the guest's kernel in
public record MachineHost(Path kernels) {
  /// How the failure begins where this host cannot have machines.
  public static final String CANNOT_RUN = "no machines can be had here";

  /// Names a directory that `guest/init/kernel.sh` has printed.
  private static final String KERNEL = "TORPOR_TEST_KERNEL";

  private static final List<String> PROGRAMS =
      List.of("cc", "ip", "nft", "mkfs.erofs", "umoci", "mkfs.ext4", "qemu-img", "tar");
  private static final List<String> MORE_DIRECTORIES = List.of("/usr/sbin", "/sbin");
  private static final int PATIENCE_MINUTES = 5;

  /// @throws IOException that begins with [#CANNOT_RUN] and says what is missing
  static MachineHost demand() throws IOException {
    List<String> programs = new ArrayList<>(PROGRAMS);
    programs.add("qemu-system-" + System.getProperty("os.arch").replace("amd64", "x86_64"));
    List<String> missing = new ArrayList<>();
    programs.stream()
        .filter(program -> find(program).isEmpty())
        .forEach(program -> missing.add(program + " is not installed"));
    if (!System.getProperty("user.name", "").equals("root")) {
      missing.add("networks of machines take root");
    }
    Optional<Path> kernels = missing.isEmpty() ? kernelDirectory() : Optional.empty();
    if (missing.isEmpty() && kernels.isEmpty()) {
      missing.add(KERNEL + " does not name what guest/init/kernel.sh prints");
    }
    if (!missing.isEmpty()) {
      String what = CANNOT_RUN + ": " + String.join("; ", missing);
      System.err.println("SKIPPED, " + what);
      throw new IOException(what);
    }
    return new MachineHost(kernels.orElseThrow());
  }

  /// As given, or made by the checkout that this runs from.
  private static Optional<Path> kernelDirectory() throws IOException {
    Optional<Path> given = Optional.ofNullable(System.getenv(KERNEL)).map(Path::of);
    Optional<Path> kernel = given.isPresent() ? given : made();
    return kernel
        .filter(directory -> Files.exists(directory.resolve("vmlinux")))
        .map(directory -> directory.toAbsolutePath().getParent());
  }

  private static Optional<Path> made() throws IOException {
    Optional<Path> home = Optional.ofNullable(System.getProperty("torpor.home")).map(Path::of);
    if (home.isEmpty()) {
      return Optional.empty();
    }
    String script = home.get().resolve("guest/init/kernel.sh").toString();
    String into = home.get().resolve("target/kernels").toString();
    return Optional.of(Path.of(run("bash", script, into)));
  }

  static Optional<Path> find(String program) {
    return Stream.concat(
            Stream.of(Optional.ofNullable(System.getenv("PATH")).orElse("").split(":", -1)),
            MORE_DIRECTORIES.stream())
        .map(directory -> Path.of(directory, program))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /// Runs a program to its end.
  ///
  /// @return its output
  /// @throws IOException with what it said where it failed
  static String run(String... command) throws IOException {
    Process process = new ProcessBuilder(command).start();
    try (var errors = process.errorReader(StandardCharsets.UTF_8);
        var output = process.inputReader(StandardCharsets.UTF_8)) {
      process.getOutputStream().close();
      String said = output.readAllAsString().strip();
      if (!process.waitFor(PATIENCE_MINUTES, TimeUnit.MINUTES) || process.exitValue() != 0) {
        throw new IOException(
            String.join(" ", command) + " failed: " + errors.readAllAsString().strip());
      }
      return said;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while " + command[0] + " runs", e);
    } finally {
      process.destroyForcibly();
    }
  }
}
