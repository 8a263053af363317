package torpor.images.source;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import torpor.core.image.ImageDigest;
import torpor.core.refusal.Refusal;
import torpor.core.refusal.Reply;

/// Reads what a person wrote. The five prefixes always win: the image `disk:1` of Docker's library
/// is written `docker.io/library/disk:1`.
public final class SourceGrammar {
  private static final int LONGEST = 4096;
  private static final Set<String> SCHEMES = Set.of("http", "https");

  private SourceGrammar() {}

  public static Reply<ImageSource> parse(String written) {
    if (written.isBlank()) {
      return refused("image is empty", "Name one, for instance nginx:alpine.");
    }
    if (written.length() > LONGEST || written.chars().anyMatch(Character::isISOControl)) {
      return refused(
          "image is longer than %d characters or has control characters in it".formatted(LONGEST),
          "Name one, for instance nginx:alpine.");
    }
    for (ImageSource.Format format : ImageSource.Format.values()) {
      if (written.startsWith(format.prefix())) {
        return archive(format, written.substring(format.prefix().length()));
      }
    }
    if (written.startsWith(ImageSource.RootFiles.PREFIX)) {
      return origin(written, ImageSource.RootFiles.PREFIX, ImageSource.RootFiles::new);
    }
    if (written.startsWith(ImageSource.Disk.PREFIX)) {
      return origin(written, ImageSource.Disk.PREFIX, ImageSource.Disk::new);
    }
    String reference = written.startsWith("docker://") ? written.substring(9) : written;
    return ImageReference.parse(reference).map(ImageSource.Registry::new);
  }

  /// Skopeo takes the first colon for the end of the path, and so do we.
  private static Reply<ImageSource> archive(ImageSource.Format format, String rest) {
    int colon = rest.indexOf(':');
    String path = colon < 0 ? rest : rest.substring(0, colon);
    Optional<String> selector =
        colon < 0 ? Optional.empty() : Optional.of(rest.substring(colon + 1));
    if (selector.isPresent() && !selector.get().matches("[a-zA-Z0-9][a-zA-Z0-9_./:@-]*")) {
      return refused(
          "image names %s in the archive, which is no reference"
              .formatted(Shown.text(selector.get())),
          "A path cannot have a colon in it; what follows the colon is a reference or a tag.");
    }
    return switch (absolute(path)) {
      case Reply.Refused<Path>(Refusal refusal) -> Reply.refused(refusal);
      case Reply.Done<Path>(Path file) ->
          Reply.done(new ImageSource.Archive(format, file, selector));
    };
  }

  private static Reply<ImageSource> origin(
      String written, String prefix, Function<ImageSource.Origin, ImageSource> make) {
    String rest = written.substring(prefix.length());
    int hash = rest.lastIndexOf('#');
    String place = hash < 0 ? rest : rest.substring(0, hash);
    Optional<ImageDigest> checksum = Optional.empty();
    if (hash >= 0) {
      String text = rest.substring(hash).toLowerCase(Locale.ROOT);
      String digest =
          ImageDigest.ALGORITHM
              + (text.startsWith(ImageSource.Origin.CHECKSUM)
                  ? text.substring(ImageSource.Origin.CHECKSUM.length())
                  : "");
      if (!ImageDigest.isValid(digest)) {
        return refused(
            "image ends in %s, which is no checksum".formatted(Shown.text(rest.substring(hash))),
            "Write #sha256= and the 64 hexadecimal digits that sha256sum prints.");
      }
      checksum = Optional.of(new ImageDigest(digest));
    }
    if (place.contains("://")) {
      return download(place, checksum).map(make);
    }
    Optional<ImageDigest> expected = checksum;
    return absolute(place)
        .<ImageSource.Origin>map(path -> new ImageSource.Origin.LocalFile(path, expected))
        .map(make);
  }

  private static Reply<ImageSource.Origin> download(String place, Optional<ImageDigest> checksum) {
    URI uri;
    try {
      uri = new URI(place);
    } catch (URISyntaxException e) {
      return refused(
          "image has no readable URL: " + Shown.text(String.valueOf(e.getMessage())),
          "Correct it.");
    }
    String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
    if (!SCHEMES.contains(scheme) || uri.getHost() == null || uri.getUserInfo() != null) {
      return refused(
          "image has a URL that cannot be fetched: " + Shown.text(place),
          "Use http:// or https:// with a host and without a password in it.");
    }
    if (checksum.isEmpty()) {
      return refused(
          "image is fetched by URL and has no checksum",
          "Add #sha256= and the 64 hexadecimal digits that sha256sum prints.");
    }
    return Reply.done(new ImageSource.Origin.Download(uri, checksum.get()));
  }

  private static Reply<Path> absolute(String text) {
    Path path;
    try {
      path = Path.of(text);
    } catch (InvalidPathException e) {
      return refused("image has a path that cannot be: " + Shown.text(text), "Correct it.");
    }
    if (!path.isAbsolute()) {
      return refused(
          "image has a path that is not absolute: '%s'".formatted(Shown.text(text)),
          "Write the whole path, beginning with a slash, as the daemon's host knows it.");
    }
    return Reply.done(path.normalize());
  }

  private static <T> Reply<T> refused(String detail, String remedy) {
    return Reply.refused(Refusal.invalid(ImageSource.FIELD, detail, remedy));
  }
}
