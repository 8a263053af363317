package torpor.api.instance;

import java.util.Optional;
import java.util.Set;
import torpor.api.http.RefusedException;
import torpor.wire.RawJson;

/// Refuses by name what other servers of this API shape can do and this one cannot yet. Saying
/// nothing with it (`null`, `false`, an empty list or object) is no asking. Pure.
public final class Unbuilt {
  private static final Set<String> NOTHING = Set.of("null", "false", "[]", "{}", "\"\"");

  private Unbuilt() {}

  /// @throws RefusedException where something is asked for
  public static void refuse(String field, Optional<RawJson> asked, String reason, String remedy) {
    boolean something =
        asked
            .map(json -> json.text().replaceAll("\\s", ""))
            .filter(json -> !NOTHING.contains(json) && !json.startsWith("{\"enabled\":false"))
            .isPresent();
    refuse(field, something, reason, remedy);
  }

  /// @throws RefusedException where `asked`
  public static void refuse(String field, boolean asked, String reason, String remedy) {
    if (asked) {
      throw RefusedException.unsupported(
          field, "'%s' is not there yet: %s".formatted(field, reason), remedy);
    }
  }
}
