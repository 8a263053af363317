package torpor.runtime.process.program;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import torpor.core.refusal.Refusal;
import torpor.core.refusal.Reply;
import torpor.host.program.Executables;

/// Looks whether this host has what a program needs, and makes its paths absolute.
///
/// @param searchPath where programs are looked for that a definition names without a path and
///   without a `PATH` of its own
/// @param prlimit the program of that name, where it is installed
public record ProgramCheck(String searchPath, Optional<Path> prlimit) {
  private static final int PATIENCE_SECONDS = 10;

  public Reply<Program> complete(Program program) throws IOException, InterruptedException {
    Optional<Path> file = file(program);
    if (file.isEmpty()) {
      return Reply.refused(notFound(program));
    }
    Optional<Refusal> refusal = missing(program, file.get());
    if (refusal.isEmpty()) {
      refusal = limits(program.limits());
    }
    if (refusal.isPresent()) {
      return Reply.refused(refusal.get());
    }
    List<String> command = new ArrayList<>(program.command());
    command.set(0, file.get().toString());
    return Reply.done(
        new Program(
            command, program.env(), program.workdir().map(Path::normalize), program.limits()));
  }

  /// What a program that was once complete lacks by now.
  public Optional<Refusal> missing(Program program) {
    return missing(program, program.file());
  }

  private Optional<Refusal> missing(Program program, Path file) {
    if (!Executables.canRun(file)) {
      return Optional.of(
          Problems.of(
              "command[0]",
              "'" + file + "' does not exist or may not be executed.",
              "Install it, or name another program."));
    }
    if (program.workdir().filter(folder -> !Files.isDirectory(folder)).isPresent()) {
      return Optional.of(
          Problems.of(
              "workdir",
              "The working directory '" + program.workdir().get() + "' does not exist.",
              "Create it, or leave it out for a folder of the job's own."));
    }
    if (!program.limits().equals(Limits.NONE) && prlimit.isEmpty()) {
      return Optional.of(
          Problems.of(
              "limits",
              "Limits need the program prlimit, which is not on this host.",
              "Install util-linux, or leave the limits out."));
    }
    return Optional.empty();
  }

  private Optional<Path> file(Program program) {
    String name = program.command().getFirst();
    if (!name.contains(File.separator)) {
      return Executables.find(name, program.env().getOrDefault("PATH", searchPath));
    }
    try {
      return Optional.of(Path.of(name)).filter(Path::isAbsolute);
    } catch (InvalidPathException noPath) {
      return Optional.empty();
    }
  }

  private static Refusal notFound(Program program) {
    String name = program.command().getFirst();
    return name.contains(File.separator)
        ? Problems.of(
            "command[0]",
            "'" + name + "' is neither an absolute path nor a plain name.",
            "Give the absolute path of the program, or its name on the PATH.")
        : Problems.of(
            "command[0]",
            "There is no program '" + name + "' on the PATH.",
            "Install it, or give its absolute path.");
  }

  /// Tries each limit on a program that does nothing: only the kernel knows which it grants.
  private Optional<Refusal> limits(Limits limits) throws IOException, InterruptedException {
    for (Limits.Option option : limits.options()) {
      Optional<String> problem = attempt(option);
      if (problem.isPresent()) {
        return Optional.of(
            Problems.of(
                "limits." + option.key(),
                "This limit cannot be set on this host: " + problem.get(),
                "Choose one between what a small program needs and what the daemon itself may."));
      }
    }
    return Optional.empty();
  }

  private Optional<String> attempt(Limits.Option option) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(prlimit.orElseThrow().toString(), option.text(), "/bin/sh", "-c", ":")
            .redirectErrorStream(true)
            .start();
    process.getOutputStream().close();
    if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      return Optional.of("a program under it does not end");
    }
    String said =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    return process.exitValue() == 0
        ? Optional.empty()
        : Optional.of(said.isEmpty() ? "a small program cannot run under it" : said);
  }

  /// The command with its limits put before it.
  public List<String> limited(Program program) {
    List<Limits.Option> options = program.limits().options();
    if (options.isEmpty()) {
      return program.command();
    }
    List<String> command = new ArrayList<>();
    command.add(prlimit.orElseThrow().toString());
    options.forEach(option -> command.add(option.text()));
    command.addAll(program.command());
    return List.copyOf(command);
  }
}
