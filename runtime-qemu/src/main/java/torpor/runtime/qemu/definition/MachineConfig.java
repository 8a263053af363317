package torpor.runtime.qemu.definition;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import torpor.core.image.ImageDigest;
import torpor.core.instance.spec.NetworkWish;

/// A machine as a definition describes it.
///
/// @param image as a person names it
/// @param digest what that meant when the definition was made; empty before it is completed
/// @param entrypoint instead of the image's
/// @param command instead of the image's
/// @param memoryBytes a whole number of MiB
/// @param diskBytes of the writable disk, a whole number of MiB
/// @param network of a job's machine; that of an instance is in its own spec
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
    String restart,
    NetworkWish network) {
  public MachineConfig {
    env = Map.copyOf(env);
  }

  /// Without a network that it would say itself.
  public MachineConfig(
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
    this(
        image,
        digest,
        entrypoint,
        command,
        workdir,
        user,
        env,
        cpus,
        memoryBytes,
        diskBytes,
        restart,
        NetworkWish.NONE);
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
        restart,
        network);
  }
}
