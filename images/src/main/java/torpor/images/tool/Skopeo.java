package torpor.images.tool;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import torpor.host.program.HostProgram;
import torpor.images.refused.ImageRefusedException;
import torpor.images.source.ImageReference;
import torpor.images.source.ImageSource;
import torpor.images.source.Platform;

/// Speaks with registries and reads archives.
///
/// @param authFile where credentials are; where absent skopeo looks where docker and podman keep
///   theirs
/// @param insecureRegistries `host` or `host:port` of registries without HTTPS, or with a
///   certificate that nobody knows; registries on loopback need not be named
public record Skopeo(
    ToolBox tools,
    Platform platform,
    Optional<Path> authFile,
    Set<String> insecureRegistries,
    Duration answerDeadline,
    Duration copyDeadline) {
  /// The tag under which every layout holds its image.
  public static final String TAG = "image";

  private static final int NOTHING = 0;

  public Skopeo {
    insecureRegistries = Set.copyOf(insecureRegistries);
  }

  /// Told how much has arrived, while it arrives.
  @FunctionalInterface
  public interface Arrival {
    void look() throws ImageRefusedException, IOException;
  }

  /// The manifest, or index of manifests, that a reference names: its exact bytes.
  ///
  /// @param limit refused where it is longer, in bytes
  public byte[] manifest(ImageReference reference, int limit)
      throws ImageRefusedException, IOException, InterruptedException {
    List<String> command = beginning();
    command.addAll(List.of("inspect", "--raw"));
    command.addAll(access(reference, "--tls-verify=false", "--authfile"));
    command.add(address(reference));
    HostProgram.Ended ended = new ToolRun(answerDeadline).run(command, limit);
    if (!ended.ok()) {
      throw SkopeoComplaint.explain(reference.toString(), ended.complaint().text());
    }
    if (ended.output().cut()) {
      throw ImageRefusedException.damaged(
          "the manifest of %s is larger than %d bytes".formatted(reference, limit));
    }
    return ended.output().bytes();
  }

  /// Copies one image into a new OCI layout.
  public void copy(ImageReference reference, Path layout, Path temporary, Arrival arrival)
      throws ImageRefusedException, IOException, InterruptedException {
    List<String> access = access(reference, "--src-tls-verify=false", "--src-authfile");
    copy(access, address(reference), reference.toString(), layout, temporary, arrival);
  }

  public void copy(ImageSource.Archive archive, Path layout, Path temporary, Arrival arrival)
      throws ImageRefusedException, IOException, InterruptedException {
    copy(List.of(), archive.name(), archive.name(), layout, temporary, arrival);
  }

  private void copy(
      List<String> access, String from, String shown, Path layout, Path temporary, Arrival arrival)
      throws ImageRefusedException, IOException, InterruptedException {
    List<String> command = beginning();
    command.addAll(List.of("--tmpdir", temporary.toString()));
    // Compressing what came uncompressed would cost more than it saves: it is unpacked next.
    command.addAll(
        List.of("copy", "--quiet", "--retry-times", "2", "--dest-oci-accept-uncompressed-layers"));
    command.addAll(access);
    command.addAll(List.of(from, "oci:" + layout + ":" + TAG));
    HostProgram.Ended ended = new ToolRun(copyDeadline).run(command, NOTHING, arrival::look);
    if (!ended.ok()) {
      throw SkopeoComplaint.explain(shown, ended.complaint().text());
    }
    arrival.look();
  }

  private List<String> beginning() throws ImageRefusedException {
    List<String> command = new ArrayList<>();
    command.add(tools.require(Tool.SKOPEO).toString());
    command.addAll(List.of("--override-os", platform.os()));
    command.addAll(List.of("--override-arch", platform.architecture()));
    platform.variant().ifPresent(it -> command.addAll(List.of("--override-variant", it)));
    return command;
  }

  private List<String> access(ImageReference reference, String insecure, String credentials) {
    List<String> options = new ArrayList<>();
    if (reference.onLoopback() || insecureRegistries.contains(reference.registry())) {
      options.add(insecure);
    }
    authFile.ifPresent(file -> options.addAll(List.of(credentials, file.toString())));
    return options;
  }

  /// Skopeo takes a tag or a digest, and a digest says more.
  private static String address(ImageReference reference) {
    ImageReference exact = reference.digest().map(reference::pinned).orElse(reference);
    return "docker://" + exact;
  }
}
