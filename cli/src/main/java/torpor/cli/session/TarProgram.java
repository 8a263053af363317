package torpor.cli.session;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import torpor.cli.CommandFailure;
import torpor.cli.ExitCode;
import torpor.cli.connection.Connection;
import torpor.wire.instance.ExecRequest;

/// The tar of a machine. As root, so that it may read and write everything.
final class TarProgram {
  private static final int NOT_FOUND = 127;

  private TarProgram() {}

  static GuestProgram begin(Connection connection, String instance, List<String> command) {
    return GuestProgram.begin(
        connection,
        instance,
        new ExecRequest(
            command,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Map.of(),
            Optional.empty(),
            Optional.of("0"),
            Optional.empty(),
            Optional.of(true),
            Optional.empty()));
  }

  /// @throws CommandFailure unless it ended well
  static void check(int exitCode, String instance, ByteArrayOutputStream complaints) {
    if (exitCode == ExitCode.OK) {
      return;
    }
    String why = complaints.toString(StandardCharsets.UTF_8).strip();
    throw new CommandFailure(
        ExitCode.REFUSED,
        "the copy failed inside " + instance,
        exitCode == NOT_FOUND ? "its image has no tar" : why,
        exitCode == NOT_FOUND
            ? "copy with a program that it has: torpor exec " + instance + " cat FILE > FILE"
            : "see what is there: torpor exec " + instance + " ls -la");
  }
}
