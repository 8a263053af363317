package torpor.core.job;

import torpor.core.definition.JsonText;

/// What a program left: its exit code and, where it called `exit`, its output.
public record ExitResult(int exitCode, JsonText output) {
  public boolean successful() {
    return exitCode == 0;
  }
}
