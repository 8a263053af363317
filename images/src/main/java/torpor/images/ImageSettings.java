package torpor.images;

import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import torpor.images.layer.ArchiveLimits;
import torpor.images.source.Platform;
import torpor.images.tool.MkfsErofs.Compression;
import torpor.images.tool.ToolBox;

/// What an operator decides about images.
///
/// @param directory where images are kept
/// @param staging in the same file system; emptied at open, so nobody else's
/// @param authFile credentials as docker and podman write them; where absent skopeo looks in
///   `$REGISTRY_AUTH_FILE`, `$XDG_RUNTIME_DIR/containers/auth.json` and `~/.docker/config.json`
/// @param insecureRegistries `host` or `host:port` that may be spoken to without TLS or with a
///   certificate that nobody knows; those on loopback always may
/// @param converters how many images are fetched at a time
public record ImageSettings(
    Path directory,
    Path staging,
    Platform platform,
    PullPolicy pullPolicy,
    Optional<Path> authFile,
    Set<String> insecureRegistries,
    Compression compression,
    int converters,
    ArchiveLimits limits,
    ToolBox tools) {
  public ImageSettings {
    insecureRegistries = Set.copyOf(insecureRegistries);
    if (converters < 1) {
      throw new IllegalArgumentException("converters must be positive: " + converters);
    }
  }

  /// @param path where programs are found, as in the environment variable PATH
  public static ImageSettings defaults(Path directory, Path staging, String path) {
    return new ImageSettings(
        directory,
        staging,
        Platform.LINUX_AMD64,
        PullPolicy.MISSING,
        Optional.empty(),
        Set.of(),
        Compression.NONE,
        1,
        ArchiveLimits.DEFAULT,
        ToolBox.ofPath(path));
  }
}
