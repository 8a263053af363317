package torpor.cli;

/// What the process tells its caller; from `sysexits.h` where that has a number for it.
public final class ExitCode {
  public static final int OK = 0;

  /// The daemon understood and refused, or what was asked for did not come true.
  public static final int REFUSED = 1;

  /// The command line is wrong.
  public static final int USAGE = 64;

  /// A file or value given is wrong.
  public static final int BAD_DATA = 65;

  /// The daemon cannot be reached, or cannot work right now.
  public static final int UNAVAILABLE = 69;

  /// A defect of the program itself.
  public static final int DEFECT = 70;

  /// The configuration is wrong.
  public static final int BAD_CONFIGURATION = 78;

  private ExitCode() {}
}
