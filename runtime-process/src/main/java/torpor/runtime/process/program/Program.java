package torpor.runtime.process.program;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// An ordinary program, as its definition describes it.
///
/// @param command the program and its arguments, at least one
/// @param env on top of which the system sets its own
/// @param workdir where it starts; a folder of the job's own where empty
public record Program(
    List<String> command, Map<String, String> env, Optional<Path> workdir, Limits limits) {
  public Program {
    command = List.copyOf(command);
    env = Map.copyOf(env);
    if (command.isEmpty()) {
      throw new IllegalArgumentException("a program needs a command");
    }
  }

  /// The program file.
  public Path file() {
    return Path.of(command.getFirst());
  }
}
