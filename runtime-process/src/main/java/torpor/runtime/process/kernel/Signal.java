package torpor.runtime.process.kernel;

import java.util.Optional;

/// The signals of Linux, in the order of their numbers, which start at 1.
public enum Signal {
  HUP,
  INT,
  QUIT,
  ILL,
  TRAP,
  ABRT,
  BUS,
  FPE,
  KILL,
  USR1,
  SEGV,
  USR2,
  PIPE,
  ALRM,
  TERM,
  STKFLT,
  CHLD,
  CONT,
  STOP,
  TSTP,
  TTIN,
  TTOU,
  URG,
  XCPU,
  XFSZ,
  VTALRM,
  PROF,
  WINCH,
  IO,
  PWR,
  SYS;

  /// @return empty for a real-time signal and for what is none
  public static Optional<Signal> of(int number) {
    Signal[] all = values();
    return number >= 1 && number <= all.length ? Optional.of(all[number - 1]) : Optional.empty();
  }

  public int number() {
    return ordinal() + 1;
  }
}
