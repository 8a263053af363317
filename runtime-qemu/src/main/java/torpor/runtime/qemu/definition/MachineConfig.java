package torpor.runtime.qemu.definition;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import torpor.core.image.ImageDigest;

/// A machine as a definition describes it.
///
/// @param image as a person names it
/// @param digest what that meant when the definition was made; empty before it is completed
/// @param entrypoint instead of the image's
/// @param command instead of the image's
/// @param memoryBytes a whole number of MiB
/// @param diskBytes of the writable disk, a whole number of MiB
/// @param restart what the guest does when the program ends: `never`, `on-failure`, `always`
public record MachineConfig(
    String image,
    Optional<ImageDigest> digest,
    Optional<List<String>> entrypoint,
    Optional<List<String>> command,
    Optional<String> workdir,
    Optional<String> user,
    Map<String, String> env,
    int cpus,
    long memoryBytes,
    long diskBytes,
    String restart) {
  public MachineConfig {
    env = Map.copyOf(env);
  }

  public MachineConfig withDigest(ImageDigest found) {
    return new MachineConfig(
        image,
        Optional.of(found),
        entrypoint,
        command,
        workdir,
        user,
        env,
        cpus,
        memoryBytes,
        diskBytes,
        restart);
  }
}
