package torpor.core.image;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What an image says about how to run it.
///
/// @param user `name`, `uid`, or either with `:group`, as the image writes it; empty is root
/// @param ports what the image says it listens on, for information: `80/tcp`
public record ImageConfig(
    List<String> entrypoint,
    List<String> command,
    Map<String, String> env,
    Optional<String> workdir,
    Optional<String> user,
    Optional<String> stopSignal,
    Set<String> ports,
    Map<String, String> labels) {
  public static final ImageConfig NONE =
      new ImageConfig(
          List.of(),
          List.of(),
          Map.of(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Set.of(),
          Map.of());

  public ImageConfig {
    entrypoint = List.copyOf(entrypoint);
    command = List.copyOf(command);
    env = Map.copyOf(env);
    ports = Set.copyOf(ports);
    labels = Map.copyOf(labels);
  }
}
