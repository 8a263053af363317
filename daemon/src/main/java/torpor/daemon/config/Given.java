package torpor.daemon.config;

import java.nio.file.Path;
import java.util.List;

/// What one layer says about one key, not yet read.
///
/// @param base what a relative path is relative to
record Given(Content content, Origin origin, Path base) {

  /// How it was written. A file has types, the environment and flags have only text.
  sealed interface Content {
    record Text(String text) implements Content {}

    record Quoted(String text) implements Content {}

    record Whole(long number) implements Content {}

    record Decimal(double number) implements Content {}

    record Texts(List<String> texts) implements Content {}

    /// @param type in the words of TOML, such as `a table`
    record Other(String type) implements Content {}
  }
}
