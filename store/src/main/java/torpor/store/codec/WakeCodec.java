package torpor.store.codec;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import torpor.core.definition.JsonText;
import torpor.core.wake.Signal;
import torpor.core.wake.Wake;

/// A wake as a JSON array that begins with its kind: `["t"]` timer, `["m"]` manual, `["s",
/// sequence, name, payload, received at, taken]` signal.
public final class WakeCodec {
  private WakeCodec() {}

  /// As a nullable column.
  public static @Nullable String encode(Optional<Wake> wake) {
    return wake.map(WakeCodec::tree).map(Json::text).orElse(null);
  }

  public static Optional<Wake> decode(@Nullable String text) {
    return Optional.ofNullable(text).map(Json::tree).map(WakeCodec::wake);
  }

  static ArrayNode tree(Wake wake) {
    return switch (wake) {
      case Wake.Timer _ -> Json.array().add("t");
      case Wake.Manual _ -> Json.array().add("m");
      case Wake.BySignal(Signal signal) ->
          Json.array()
              .add("s")
              .add(signal.sequence())
              .add(signal.name())
              .add(signal.payload().text())
              .add(Micros.of(signal.receivedAt()))
              .add(signal.taken());
    };
  }

  static Wake wake(JsonNode tree) {
    return switch (tree.path(0).asString("")) {
      case "t" -> new Wake.Timer();
      case "m" -> new Wake.Manual();
      case "s" ->
          new Wake.BySignal(
              new Signal(
                  tree.path(1).intValue(),
                  tree.path(2).stringValue(),
                  new JsonText(tree.path(3).stringValue()),
                  Micros.instant(tree.path(4).longValue()),
                  tree.path(5).asBoolean()));
      default -> throw new IllegalStateException("no wake: " + tree);
    };
  }
}
