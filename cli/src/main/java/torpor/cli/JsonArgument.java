package torpor.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import tools.jackson.core.JacksonException;
import torpor.wire.RawJson;

/// Reads an argument that is JSON: as it stands, from a file (`@file`), or from stdin (`@-`).
public final class JsonArgument {
  private JsonArgument() {}

  /// @param option how the argument is called, for messages
  /// @throws CommandFailure where it cannot be read or is no JSON
  public static RawJson read(String option, String argument, Invocation invocation) {
    String text = argument.startsWith("@") ? content(option, argument, invocation) : argument;
    try {
      return RawJson.parse(text);
    } catch (JacksonException e) {
      throw CommandFailure.badData(
              option + " is no JSON",
              reason(e),
              "write it like '{\"pages\": 3}', in quotes of the shell, or name a file: @file.json")
          .causedBy(e);
    }
  }

  /// What is wrong, without where the parser saw it begin: it is not told what it reads.
  public static String reason(JacksonException e) {
    return e.getOriginalMessage().replaceFirst(" \\(start marker at .*", "");
  }

  private static String content(String option, String argument, Invocation invocation) {
    String name = argument.substring(1);
    try {
      if (name.equals("-")) {
        return new String(invocation.in().readAllBytes(), StandardCharsets.UTF_8);
      }
      Path file = invocation.workingDirectory().resolve(name);
      return Files.readString(file);
    } catch (IOException e) {
      throw CommandFailure.unreadable(option + " cannot be read from " + name, e);
    }
  }
}
