package torpor.wire.instance;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Optional;

/// A text message towards a program that runs; one of these.
///
/// @param resize of its terminal
/// @param signal `TERM`, `INT`, …, or a number
/// @param eof no more input comes
/// @param ack of a session that is kept: up to where its output was received
@JsonInclude(JsonInclude.Include.NON_ABSENT)
public record ExecControl(
    Optional<Size> resize, Optional<String> signal, Optional<Boolean> eof, Optional<Ack> ack) {

  public record Size(int rows, int cols) {}

  /// In bytes from the beginning of each stream.
  @JsonInclude(JsonInclude.Include.NON_ABSENT)
  public record Ack(Optional<Long> stdout, Optional<Long> stderr) {}
}
