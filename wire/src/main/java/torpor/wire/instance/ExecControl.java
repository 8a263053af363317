package torpor.wire.instance;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Optional;

/// A text message towards a program that runs; one of these.
///
/// @param resize of its terminal
/// @param signal `TERM`, `INT`, …, or a number
/// @param eof no more input comes
@JsonInclude(JsonInclude.Include.NON_ABSENT)
public record ExecControl(Optional<Size> resize, Optional<String> signal, Optional<Boolean> eof) {

  public record Size(int rows, int cols) {}
}
