package torpor.wire.instance;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Optional;
import torpor.wire.ProblemDetails;

/// The last message on an exec connection; the one field that is not snake_case, as the clients
/// that exist read it.
///
/// @param exitCode of the program; 127 where it was not begun, 128 and the signal where one ended
///   it
/// @param error of a session that is kept: why there was nothing to run
@JsonInclude(JsonInclude.Include.NON_ABSENT)
public record ExecEnd(
    @JsonProperty("exitCode") int exitCode,
    Optional<ProblemDetails> problem,
    Optional<String> error) {

  public ExecEnd(int exitCode, Optional<ProblemDetails> problem) {
    this(exitCode, problem, Optional.empty());
  }
}
