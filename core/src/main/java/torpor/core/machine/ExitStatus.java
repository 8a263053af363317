package torpor.core.machine;

/// How a machine ended.
public sealed interface ExitStatus {

  /// The program ended by itself.
  record Exited(int code) implements ExitStatus {}

  /// The program was ended by a signal or a trap.
  record Signalled(String what) implements ExitStatus {}

  /// It needed more memory than it may have.
  record OutOfMemory(String detail) implements ExitStatus {}

  /// It used more processor time than it may.
  record OutOfTime(String detail) implements ExitStatus {}

  /// It is gone and nobody saw how.
  record Lost(String detail) implements ExitStatus {}
}
