package torpor.wire.instance;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Optional;
import torpor.wire.ProblemDetails;

/// A text message from a session that is kept; one of these. With an exit code it is the last, an
/// [ExecEnd].
///
/// @param attached the first: where the streams stand
/// @param stdin how much input was taken
@JsonInclude(JsonInclude.Include.NON_ABSENT)
public record ExecEvent(
    Optional<Attached> attached,
    Optional<Input> stdin,
    @JsonProperty("exitCode") Optional<Integer> exitCode,
    Optional<ProblemDetails> problem,
    Optional<String> error) {

  /// In bytes from the beginning of each stream.
  ///
  /// @param stdin the machine has the input up to here; what follows is to be sent
  /// @param stdinLimit no more may be sent than up to here
  /// @param stdout the next byte that comes of standard output
  /// @param stderr the same of standard error
  public record Attached(String session, long stdin, long stdinLimit, long stdout, long stderr) {}

  /// @param taken the machine has the input up to here
  /// @param limit no more may be sent than up to here
  /// @param closed the program reads no more; what else is sent is dropped
  public record Input(long taken, long limit, boolean closed) {}

  public static ExecEvent attached(Attached at) {
    return new ExecEvent(
        Optional.of(at), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
  }

  public static ExecEvent taken(Input input) {
    return new ExecEvent(
        Optional.empty(), Optional.of(input), Optional.empty(), Optional.empty(), Optional.empty());
  }
}
