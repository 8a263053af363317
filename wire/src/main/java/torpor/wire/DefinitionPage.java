package torpor.wire;

import java.util.List;
import java.util.Optional;

/// Definitions by name, then oldest version first.
///
/// @param nextCursor where the list goes on; none at its end
public record DefinitionPage(List<Definition> definitions, Optional<String> nextCursor) {
  public DefinitionPage {
    definitions = List.copyOf(definitions);
  }
}
