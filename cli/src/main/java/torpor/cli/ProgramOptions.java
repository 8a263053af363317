package torpor.cli;

import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// How a program in a machine is run.
public final class ProgramOptions {
  @Mixin private final EnvironmentOption environment = new EnvironmentOption();

  @Option(
      names = {"-w", "--workdir"},
      paramLabel = "PATH",
      description = "where it begins")
  private Optional<String> workdir = Optional.empty();

  @Option(
      names = {"-u", "--user"},
      paramLabel = "USER[:GROUP]",
      description = "names or numbers; default: the image's own")
  private Optional<String> user = Optional.empty();

  /// @param own the environment of this process
  public Map<String, String> environment(Map<String, String> own) {
    return environment.read(own);
  }

  public Optional<String> workdir() {
    return workdir;
  }

  public Optional<String> user() {
    return user;
  }
}
