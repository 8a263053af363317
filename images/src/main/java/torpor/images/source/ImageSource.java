package torpor.images.source;

import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import torpor.core.image.ImageDigest;

/// Where an image comes from. [#name] is its full form, and parses to an equal source again.
public sealed interface ImageSource {
  /// The request field that holds a source.
  String FIELD = "image";

  String name();

  /// What its content is known to have, before anybody has looked.
  default Optional<ImageDigest> pinned() {
    return Optional.empty();
  }

  record Registry(ImageReference reference) implements ImageSource {
    @Override
    public String name() {
      return reference.toString();
    }

    @Override
    public Optional<ImageDigest> pinned() {
      return reference.digest();
    }
  }

  /// Images in a file or directory, read by skopeo.
  ///
  /// @param selector which one, where there are several: a reference or a tag
  record Archive(Format format, Path path, Optional<String> selector) implements ImageSource {
    @Override
    public String name() {
      return format.prefix() + path + selector.map(text -> ":" + text).orElse("");
    }
  }

  /// A tar of a root file system.
  record RootFiles(Origin origin) implements ImageSource {
    static final String PREFIX = "rootfs:";

    @Override
    public String name() {
      return PREFIX + origin.text();
    }

    @Override
    public Optional<ImageDigest> pinned() {
      return origin.checksum();
    }
  }

  /// A root file system that is an image already.
  record Disk(Origin origin) implements ImageSource {
    static final String PREFIX = "disk:";

    @Override
    public String name() {
      return PREFIX + origin.text();
    }

    @Override
    public Optional<ImageDigest> pinned() {
      return origin.checksum();
    }
  }

  /// The prefixes are those of skopeo.
  enum Format {
    DOCKER_ARCHIVE("docker-archive:"),
    OCI_ARCHIVE("oci-archive:"),
    OCI_LAYOUT("oci:");

    private final String prefix;

    Format(String prefix) {
      this.prefix = prefix;
    }

    public String prefix() {
      return prefix;
    }
  }

  /// One file, here or elsewhere.
  sealed interface Origin {
    String CHECKSUM = "#sha256=";

    String text();

    Optional<ImageDigest> checksum();

    record LocalFile(Path path, Optional<ImageDigest> checksum) implements Origin {
      @Override
      public String text() {
        return path + checksum.map(digest -> CHECKSUM + digest.hex()).orElse("");
      }
    }

    record Download(URI uri, ImageDigest expected) implements Origin {
      @Override
      public String text() {
        return uri + CHECKSUM + expected.hex();
      }

      @Override
      public Optional<ImageDigest> checksum() {
        return Optional.of(expected);
      }
    }
  }
}
