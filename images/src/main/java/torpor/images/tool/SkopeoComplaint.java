package torpor.images.tool;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import torpor.core.refusal.Refusal;
import torpor.core.refusal.RefusalCode;
import torpor.images.refused.ImageRefusedException;

/// What skopeo says when it fails, as a refusal with a remedy. Pure.
final class SkopeoComplaint {
  private static final Pattern MESSAGE = Pattern.compile("msg=\"((?:[^\"\\\\]|\\\\.)*)\"");
  private static final int LONGEST = 600;

  private SkopeoComplaint() {}

  static ImageRefusedException explain(String image, String said) {
    String text = lastMessage(said);
    String lower = text.toLowerCase(Locale.ROOT);
    if (ImageRefusedException.isNoSpace(lower)) {
      return ImageRefusedException.noSpace("fetching " + image);
    }
    if (has(lower, "manifest unknown", "name unknown", "not found")) {
      return new ImageRefusedException(
          Refusal.of(
              RefusalCode.IMAGE_NOT_FOUND,
              "there is no %s: %s".formatted(image, text),
              "Check the name and the tag, and that it is made for this platform."));
    }
    return ImageRefusedException.failed(
        "%s could not be fetched: %s".formatted(image, text), remedy(lower));
  }

  /// Whether the registry could not be asked at all.
  static boolean isUnreachable(String said) {
    return has(
        said.toLowerCase(Locale.ROOT),
        "connection refused",
        "no such host",
        "i/o timeout",
        "network is unreachable",
        "no route to host",
        "tls handshake timeout",
        "temporary failure in name resolution",
        "connection reset");
  }

  private static String remedy(String lower) {
    if (has(lower, "unauthorized", "authentication required", "denied")) {
      return "Log in as the daemon's user (skopeo login, docker login or podman login), or check"
          + " that the name is right: registries say the same of images that are not there.";
    }
    if (has(lower, "toomanyrequests", "too many requests", "rate limit")) {
      return "The registry counts requests: log in to it, or ask again later.";
    }
    if (has(lower, "server gave http response", "x509", "certificate")) {
      return "Where the registry has no certificate that this host knows, say so in"
          + " /etc/containers/registries.conf: location and insecure = true.";
    }
    if (isUnreachable(lower)) {
      return "See that the registry runs and can be reached from here, and ask again.";
    }
    if (has(lower, "no image found in", "choosing image", "does not match platform")) {
      return "Ask for an image that is made for this platform.";
    }
    if (has(lower, "policy.json")) {
      return "Install golang-github-containers-common, which has skopeo's policy, or write one.";
    }
    if (has(lower, "no such file or directory")) {
      return "Give the path of a file that is on the daemon's host.";
    }
    return "Ask again; if it fails the same way, try the reference with skopeo inspect.";
  }

  private static boolean has(String text, String... parts) {
    return Stream.of(parts).anyMatch(text::contains);
  }

  private static String lastMessage(String said) {
    Matcher match = MESSAGE.matcher(said);
    String last = said.strip();
    while (match.find()) {
      last = match.group(1).replace("\\\"", "\"");
    }
    String plain = last.replaceAll("\\p{Cntrl}+", " ");
    return plain.length() <= LONGEST ? plain : plain.substring(0, LONGEST) + "…";
  }
}
