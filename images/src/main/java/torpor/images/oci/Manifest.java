package torpor.images.oci;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import torpor.core.image.ImageDigest;
import torpor.core.refusal.Refusal;
import torpor.core.refusal.RefusalCode;
import torpor.images.refused.ImageRefusedException;
import torpor.images.source.Platform;

/// What a registry answers when asked for an image.
public sealed interface Manifest {

  /// One image.
  ///
  /// @param layers the lowest first
  record Single(ImageDigest config, List<Layer> layers) implements Manifest {
    public Single {
      layers = List.copyOf(layers);
    }

    /// What is to be fetched, in bytes.
    public long bytes() {
      return layers.stream().mapToLong(Layer::bytes).sum();
    }
  }

  /// One image for each of several platforms.
  record Index(List<Member> members) implements Manifest {
    public Index {
      members = List.copyOf(members);
    }

    /// The image for a platform; where the platform has no variant, one without is preferred.
    public ImageDigest choose(Platform platform) throws ImageRefusedException {
      List<Member> fitting = members.stream().filter(member -> member.fits(platform)).toList();
      Optional<Member> plain =
          fitting.stream().filter(member -> member.platform().variant().isEmpty()).findFirst();
      Optional<Member> chosen =
          platform.variant().isPresent() ? fitting.stream().findFirst() : plain;
      return chosen
          .or(() -> fitting.stream().findFirst())
          .orElseThrow(() -> notFor(platform))
          .digest();
    }

    private ImageRefusedException notFor(Platform platform) {
      List<String> there =
          members.stream()
              .map(member -> member.platform().toString())
              .filter(text -> !text.startsWith("unknown/"))
              .distinct()
              .limit(20)
              .toList();
      return new ImageRefusedException(
          Refusal.of(
              RefusalCode.IMAGE_FAILED,
              "the image is not made for %s, only for %s"
                  .formatted(platform, String.join(", ", there)),
              "Use another image, or another tag of this one."));
    }
  }

  record Layer(ImageDigest digest, long bytes) {}

  record Member(ImageDigest digest, Platform platform) {
    boolean fits(Platform wanted) {
      return platform.os().equals(wanted.os())
          && platform.architecture().equals(wanted.architecture())
          && (wanted.variant().isEmpty() || wanted.variant().equals(platform.variant()));
    }
  }

  static Manifest parse(byte[] json) throws ImageRefusedException {
    Document document = Document.parse("manifest", json);
    if (document.has("manifests")) {
      return index(document);
    }
    if (!document.has("layers") || !document.has("config")) {
      throw ImageRefusedException.failed(
          "what the name stands for is no image that can be run",
          "Push it again with a tool of this decade; manifests of version 1 and other artifacts"
              + " are not read.");
    }
    List<Layer> layers = new ArrayList<>();
    for (Document layer : document.children("layers")) {
      layers.add(new Layer(layer.digest("digest"), layer.size()));
    }
    return new Single(document.child("config").digest("digest"), layers);
  }

  private static Index index(Document document) throws ImageRefusedException {
    List<Member> members = new ArrayList<>();
    for (Document member : document.children("manifests")) {
      Document platform = member.child("platform");
      members.add(
          new Member(
              member.digest("digest"),
              new Platform(
                  platform.text("os").orElse("unknown"),
                  platform.text("architecture").orElse("unknown"),
                  platform.text("variant"))));
    }
    return new Index(members);
  }
}
