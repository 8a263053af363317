package torpor.engine.lease;

import java.util.OptionalLong;

/// The time for which a node is ours without a gap.
@FunctionalInterface
public interface Tenure {
  /// The number of the present one; empty where the node may be somebody else's by now.
  OptionalLong current();
}
