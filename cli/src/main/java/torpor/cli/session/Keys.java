package torpor.cli.session;

import torpor.cli.instance.Rest;

/// What is typed while nobody hears it: Enter wakes a machine that sleeps, Ctrl-C gives it up. The
/// program's own terminal has every key at any other time.
interface Keys {
  byte INTERRUPT = 3;
  byte ENTER = '\r';

  /// @return whether it was for us
  boolean take(byte[] typed, int length);

  Keys NONE = (_, _) -> false;

  static Keys of(KeptProgram program, Rest rest) {
    return (typed, length) -> {
      if (!program.isDetached()) {
        return false;
      }
      for (int i = 0; i < length; i++) {
        if (typed[i] == INTERRUPT) {
          program.abandon();
        } else if (typed[i] == ENTER) {
          rest.wake();
        }
      }
      return true;
    };
  }
}
