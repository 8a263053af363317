package torpor.images.source;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import torpor.core.image.ImageDigest;
import torpor.core.refusal.Refusal;
import torpor.core.refusal.Reply;

/// An image in a registry, every default filled in. The grammar is the one of the distribution
/// project, which docker and podman share.
///
/// @param registry host, with a port where one was written
/// @param tag absent only where there is a digest
/// @param digest of a manifest, or of an index of manifests
public record ImageReference(
    String registry, String repository, Optional<String> tag, Optional<ImageDigest> digest) {
  static final String DEFAULT_REGISTRY = "docker.io";
  private static final int LONGEST_NAME = 255;
  private static final int HIGHEST_PORT = 65_535;

  private static final String LABEL = "[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?";
  private static final String HOST = "(?:" + LABEL + "(?:\\." + LABEL + ")*|\\[[0-9a-fA-F:]+\\])";
  private static final Pattern REGISTRY =
      Pattern.compile("(?<host>" + HOST + ")(?::(?<port>[0-9]{1,5}))?");
  private static final String COMPONENT = "[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*";
  private static final Pattern REPOSITORY = Pattern.compile(COMPONENT + "(?:/" + COMPONENT + ")*");
  private static final Pattern TAG = Pattern.compile("[a-zA-Z0-9_][a-zA-Z0-9_.-]{0,127}");

  /// Where the registry is this host, which is where plain HTTP is nobody else's business.
  private static final Pattern LOOPBACK =
      Pattern.compile("localhost|127\\.[0-9]+\\.[0-9]+\\.[0-9]+|\\[::1\\]");

  public static Reply<ImageReference> parse(String written) {
    Split at = Split.atFirst(written, '@');
    Optional<ImageDigest> digest = Optional.empty();
    if (at.after().isPresent()) {
      String text = at.after().get();
      if (!ImageDigest.isValid(text)) {
        return refused(
            written,
            "%s is no digest".formatted(Shown.text(text)),
            "A digest is sha256: and 64 hexadecimal digits.");
      }
      digest = Optional.of(new ImageDigest(text));
    }
    int slash = at.before().lastIndexOf('/');
    int colon = at.before().indexOf(':', slash + 1);
    String name = colon < 0 ? at.before() : at.before().substring(0, colon);
    Optional<String> tag =
        colon < 0 ? Optional.empty() : Optional.of(at.before().substring(colon + 1));
    if (tag.isPresent() && !TAG.matcher(tag.get()).matches()) {
      return refused(
          written,
          "%s is no tag".formatted(Shown.text(tag.get())),
          "A tag has at most 128 letters, digits, '_', '.' and '-', and begins with none of the"
              + " last two.");
    }
    if (tag.isEmpty() && digest.isEmpty()) {
      tag = Optional.of("latest");
    }
    return named(written, name, tag, digest);
  }

  private static Reply<ImageReference> named(
      String written, String name, Optional<String> tag, Optional<ImageDigest> digest) {
    Split first = Split.atFirst(name, '/');
    boolean hasRegistry = first.after().isPresent() && isRegistry(first.before());
    String registry = hasRegistry ? first.before() : DEFAULT_REGISTRY;
    if (registry.equals("index.docker.io")) {
      registry = DEFAULT_REGISTRY;
    }
    String repository = hasRegistry ? first.after().orElseThrow() : name;
    if (!isHostAndPort(registry)) {
      return refused(
          written,
          "%s is no registry".formatted(Shown.text(registry)),
          "A registry is a host name or address, with :port where it needs one.");
    }
    if (!REPOSITORY.matcher(repository).matches()) {
      return refused(
          written,
          "%s is no repository".formatted(Shown.text(repository)),
          repository.toLowerCase(Locale.ROOT).equals(repository)
              ? "A repository is lower-case letters and digits, parted by '.', '_', '-' and '/'."
              : "Repositories are written in lower case.");
    }
    if (registry.equals(DEFAULT_REGISTRY) && repository.indexOf('/') < 0) {
      repository = "library/" + repository;
    }
    if (registry.length() + 1 + repository.length() > LONGEST_NAME) {
      return refused(written, "it is too long", "A name has at most 255 characters.");
    }
    return Reply.done(new ImageReference(registry, repository, tag, digest));
  }

  /// As docker tells a registry from the first part of a path.
  private static boolean isRegistry(String first) {
    return first.contains(".")
        || first.contains(":")
        || first.equals("localhost")
        || !first.equals(first.toLowerCase(Locale.ROOT));
  }

  private static boolean isHostAndPort(String registry) {
    Matcher match = REGISTRY.matcher(registry);
    if (!match.matches()) {
      return false;
    }
    String port = match.group("port");
    return port == null || (Integer.parseInt(port) >= 1 && Integer.parseInt(port) <= HIGHEST_PORT);
  }

  private static Reply<ImageReference> refused(String written, String why, String remedy) {
    return Reply.refused(
        Refusal.invalid(
            ImageSource.FIELD,
            "image cannot be %s: %s".formatted(Shown.text(written), why),
            remedy));
  }

  /// Whether the registry is on this host.
  public boolean onLoopback() {
    Matcher match = REGISTRY.matcher(registry);
    return match.matches() && LOOPBACK.matcher(match.group("host")).matches();
  }

  /// Without tag and digest.
  public String name() {
    return registry + "/" + repository;
  }

  public ImageReference pinned(ImageDigest to) {
    return new ImageReference(registry, repository, Optional.empty(), Optional.of(to));
  }

  /// The full form.
  @Override
  public String toString() {
    return name()
        + tag.map(text -> ":" + text).orElse("")
        + digest.map(text -> "@" + text).orElse("");
  }

  /// A text at the first place of a character.
  private record Split(String before, Optional<String> after) {
    static Split atFirst(String text, char mark) {
      int at = text.indexOf(mark);
      return at < 0
          ? new Split(text, Optional.empty())
          : new Split(text.substring(0, at), Optional.of(text.substring(at + 1)));
    }
  }
}
