package torpor.images.source;

import java.util.Optional;
import java.util.regex.Pattern;
import torpor.core.refusal.Refusal;
import torpor.core.refusal.Reply;

/// What an image's programs are made for, in the words of OCI: `linux/amd64`, `linux/arm64/v8`.
public record Platform(String os, String architecture, Optional<String> variant) {
  public static final Platform LINUX_AMD64 = new Platform("linux", "amd64", Optional.empty());

  private static final Pattern SHAPE =
      Pattern.compile("(?<os>[a-z0-9]+)/(?<arch>[a-z0-9_]+)(/(?<variant>[a-z0-9.]+))?");

  /// @param field what to name in the refusal
  public static Reply<Platform> parse(String field, String text) {
    var match = SHAPE.matcher(text);
    if (!match.matches()) {
      return Reply.refused(
          Refusal.invalid(
              field,
              "%s is no platform: %s".formatted(field, Shown.text(text)),
              "Write it as os/architecture, for instance linux/amd64."));
    }
    return Reply.done(
        new Platform(
            match.group("os"), match.group("arch"), Optional.ofNullable(match.group("variant"))));
  }

  @Override
  public String toString() {
    return os + "/" + architecture + variant.map(text -> "/" + text).orElse("");
  }
}
