package torpor.runtime.process.keeper;

import torpor.core.machine.ExitStatus;
import torpor.host.process.Signal;

/// What a shell's exit code says. Pure.
///
/// A shell tells "ended by signal 9" as 137. A program that exits with 137 of its own looks the
/// same; by convention it means the same.
public final class ExitCodes {
  private static final int BY_SIGNAL = 128;
  private static final int LAST_SIGNAL = 64;

  private ExitCodes() {}

  /// @param oomKillsMeanwhile whether the kernel's out-of-memory killer struck anywhere on the host
  ///   while the program ran: it kills by signal 9, and nothing else tells who it was
  public static ExitStatus status(int code, boolean oomKillsMeanwhile) {
    int number = code - BY_SIGNAL;
    if (number < 1 || number > LAST_SIGNAL) {
      return new ExitStatus.Exited(code);
    }
    Signal signal = Signal.of(number).orElse(null);
    if (signal == null) {
      return new ExitStatus.Signalled("signal " + number);
    }
    String what = "signal " + number + " (SIG" + signal + ")";
    if (signal == Signal.XCPU) {
      return new ExitStatus.OutOfTime("it used more processor time than it may: " + what);
    }
    if (signal == Signal.KILL && oomKillsMeanwhile) {
      return new ExitStatus.OutOfMemory(
          what + " while the kernel's out-of-memory killer was at work on this host");
    }
    return new ExitStatus.Signalled(what);
  }
}
