package torpor.cli.connection;

import tools.jackson.core.JacksonException;
import torpor.cli.CommandFailure;
import torpor.cli.ExitCode;
import torpor.wire.WireJson;

/// A successful answer.
///
/// @param body as received
public record Answer(int status, String body) {

  /// @throws CommandFailure where the body is something else
  public <T> T as(Class<T> type) {
    try {
      return WireJson.read(body, type);
    } catch (JacksonException e) {
      throw new CommandFailure(
              ExitCode.UNAVAILABLE,
              "the daemon's answer is not understood",
              e.getOriginalMessage(),
              "check that this is a Torpor daemon of the same version: torpor version")
          .causedBy(e);
    }
  }
}
