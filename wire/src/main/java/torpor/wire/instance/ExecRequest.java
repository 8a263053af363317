package torpor.wire.instance;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The first message on an exec connection.
///
/// @param command `/bin/sh` where it is empty
/// @param tty on a terminal; then both outputs are one
/// @param rows of the terminal; 24 where left out
/// @param cols of the terminal; 80 where left out
/// @param timeout in seconds, after which it is killed
/// @param separate each binary message begins with a byte that tells its stream: from the program 1
///   for standard output and 2 for standard error; towards it 0
/// @param waitForAgent not needed: an instance that runs can be spoken to
@JsonInclude(JsonInclude.Include.NON_ABSENT)
public record ExecRequest(
    List<String> command,
    Optional<Boolean> tty,
    Optional<Integer> rows,
    Optional<Integer> cols,
    Map<String, String> env,
    Optional<String> cwd,
    Optional<String> user,
    Optional<Integer> timeout,
    Optional<Boolean> separate,
    Optional<Integer> waitForAgent) {
  public ExecRequest {
    command = List.copyOf(command);
    env = Map.copyOf(env);
  }
}
