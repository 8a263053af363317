package torpor.cli;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;

/// A command cannot do what it was asked, for a reason the user can understand. Ends the command;
/// shown as three lines and never with a stack trace.
public final class CommandFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int exitCode;
  private final String why;
  private final String remedy;
  private final String code;

  /// @param what what failed
  /// @param why the reason, as a sentence; may be empty
  /// @param remedy what the user can do; may be empty
  public CommandFailure(int exitCode, String what, String why, String remedy) {
    this(exitCode, what, why, remedy, "");
  }

  /// @param code the daemon's own for this refusal; empty where it did not come from one
  public CommandFailure(int exitCode, String what, String why, String remedy, String code) {
    super(what);
    this.exitCode = exitCode;
    this.why = why;
    this.remedy = remedy;
    this.code = code;
  }

  /// With what made it fail, for `--debug`.
  public CommandFailure causedBy(Throwable cause) {
    initCause(cause);
    return this;
  }

  public static CommandFailure badData(String what, String why, String remedy) {
    return new CommandFailure(ExitCode.BAD_DATA, what, why, remedy);
  }

  /// @param what what cannot be read, as the user knows it
  public static CommandFailure unreadable(String what, IOException cause) {
    return badData(what, reason(cause), "check the name of the file").causedBy(cause);
  }

  /// Why a file cannot be read, without the name that the user has given.
  public static String reason(IOException cause) {
    return switch (cause) {
      case NoSuchFileException _ -> "there is no such file";
      case AccessDeniedException _ -> "this user may not read it";
      case CharacterCodingException _ -> "it is no UTF-8 text";
      default -> String.valueOf(cause.getMessage());
    };
  }

  public static CommandFailure usage(String what, String remedy) {
    return new CommandFailure(ExitCode.USAGE, what, "", remedy);
  }

  public int exitCode() {
    return exitCode;
  }

  public String what() {
    return String.valueOf(getMessage());
  }

  public String why() {
    return why;
  }

  public String remedy() {
    return remedy;
  }

  public String code() {
    return code;
  }

  /// The lines to print.
  public String report() {
    var text = new StringBuilder("torpor: ").append(what());
    if (!why.isEmpty()) {
      text.append("\n  why:  ").append(why);
    }
    if (!remedy.isEmpty()) {
      text.append("\n  do:   ").append(remedy);
    }
    return text.toString();
  }
}
