package torpor.images.oci;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import torpor.core.image.ImageConfig;
import torpor.core.image.ImageDigest;
import torpor.images.refused.ImageRefusedException;
import torpor.images.source.Platform;

/// The configuration of an image.
///
/// @param platform absent where it does not say
/// @param diffs the digests of the uncompressed layers, the lowest first
public record ImageDescription(
    Optional<Platform> platform, List<ImageDigest> diffs, ImageConfig config) {
  public ImageDescription {
    diffs = List.copyOf(diffs);
  }

  public static ImageDescription parse(byte[] json) throws ImageRefusedException {
    Document document = Document.parse("configuration", json);
    List<ImageDigest> diffs = new ArrayList<>();
    for (String text : document.child("rootfs").texts("diff_ids")) {
      diffs.add(document.asDigest(text));
    }
    Optional<Platform> platform =
        document
            .text("os")
            .flatMap(os ->
                document
                    .text("architecture")
                    .map(arch -> new Platform(os, arch, document.text("variant"))));
    return new ImageDescription(platform, diffs, config(document.child("config")));
  }

  private static ImageConfig config(Document config) throws ImageRefusedException {
    return new ImageConfig(
        sound("entrypoint", config.texts("Entrypoint")),
        sound("command", config.texts("Cmd")),
        environment(sound("environment", config.texts("Env"))),
        config.text("WorkingDir"),
        config.text("User"),
        config.text("StopSignal"),
        Set.copyOf(config.keys("ExposedPorts")),
        config.textMap("Labels"));
  }

  /// What is written without `=` sets nothing; of two, the later wins.
  private static Map<String, String> environment(List<String> lines) {
    Map<String, String> map = new LinkedHashMap<>();
    for (String line : lines) {
      int equals = line.indexOf('=');
      if (equals > 0) {
        map.put(line.substring(0, equals), line.substring(equals + 1));
      }
    }
    return map;
  }

  /// No kernel takes such an argument.
  private static List<String> sound(String what, List<String> texts) throws ImageRefusedException {
    if (texts.stream().anyMatch(text -> text.indexOf('\0') >= 0)) {
      throw ImageRefusedException.damaged(
          "the %s in the image's configuration has a zero byte in it".formatted(what));
    }
    return texts;
  }
}
