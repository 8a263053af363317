package torpor.core.instance.spec;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What runs in it, where it differs from what the image says.
///
/// @param entrypoint replaces the image's, and then the image's command is not used either
/// @param arguments replace the image's command
/// @param env added to the image's; wins
/// @param user `name`, `uid`, or either with `:group`
public record Command(
    Optional<List<String>> entrypoint,
    Optional<List<String>> arguments,
    Map<String, String> env,
    Optional<String> workdir,
    Optional<String> user) {
  public static final Command OF_THE_IMAGE =
      new Command(Optional.empty(), Optional.empty(), Map.of(), Optional.empty(), Optional.empty());

  public Command {
    entrypoint = entrypoint.map(List::copyOf);
    arguments = arguments.map(List::copyOf);
    env = Map.copyOf(env);
  }
}
