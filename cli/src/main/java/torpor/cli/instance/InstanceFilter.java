package torpor.cli.instance;

import java.util.Locale;
import java.util.Optional;
import torpor.cli.CommandFailure;
import torpor.wire.instance.Instance;

/// One `--filter` of `ps`. Pure.
///
/// @param key `name`, `image`, `state` or `tag`
record InstanceFilter(String key, String value) {

  static InstanceFilter parse(String text) {
    int equals = text.indexOf('=');
    String key = equals < 0 ? text : text.substring(0, equals);
    // Docker's words for the same.
    String known =
        switch (key) {
          case "status" -> "state";
          case "label" -> "tag";
          case "ancestor" -> "image";
          default -> key;
        };
    boolean isOne =
        switch (known) {
          case "name", "image", "state", "tag" -> true;
          default -> false;
        };
    if (equals < 0 || !isOne || equals == text.length() - 1) {
      throw CommandFailure.usage(
          "--filter \"" + text + "\" is none",
          "write name=PART, image=PART, state=running, or tag=KEY or tag=KEY=VALUE");
    }
    return new InstanceFilter(known, text.substring(equals + 1));
  }

  boolean isAboutState() {
    return key.equals("state");
  }

  boolean matches(Instance instance) {
    return switch (key) {
      case "name" -> instance.name().contains(value);
      case "image" -> instance.image().contains(value);
      case "state" ->
          instance.state().toLowerCase(Locale.ROOT).equals(value.toLowerCase(Locale.ROOT));
      default -> hasTag(instance);
    };
  }

  private boolean hasTag(Instance instance) {
    int equals = value.indexOf('=');
    if (equals < 0) {
      return instance.tags().containsKey(value);
    }
    return Optional.ofNullable(instance.tags().get(value.substring(0, equals)))
        .filter(value.substring(equals + 1)::equals)
        .isPresent();
  }
}
