package torpor.wire.image;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Optional;

/// Deletes images that no instance uses, the longest unused first.
///
/// @param keep until at most this much is left, such as `10GB`; nothing where left out
@JsonInclude(JsonInclude.Include.NON_ABSENT)
public record PruneRequest(Optional<String> keep) {
  public static final PruneRequest ALL = new PruneRequest(Optional.empty());
}
