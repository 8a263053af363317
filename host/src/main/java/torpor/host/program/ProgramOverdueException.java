package torpor.host.program;

import java.io.IOException;
import java.time.Duration;

/// A program did not end in time, and was killed.
public final class ProgramOverdueException extends IOException {
  private static final long serialVersionUID = 1L;

  ProgramOverdueException(String program, Duration deadline) {
    super("%s did not end within %d s".formatted(program, deadline.toSeconds()));
  }
}
