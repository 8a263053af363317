package torpor.wire.instance;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.Optional;

/// What is at a path inside an instance.
@JsonInclude(JsonInclude.Include.NON_ABSENT)
public record PathInfo(
    boolean exists,
    Optional<Boolean> isDir,
    Optional<Boolean> isFile,
    Optional<Boolean> isSymlink,
    Optional<String> linkTarget,
    Optional<Integer> mode,
    Optional<Long> size,
    Optional<Instant> modifiedAt) {
  public static final PathInfo NOTHING =
      new PathInfo(
          false,
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty());
}
