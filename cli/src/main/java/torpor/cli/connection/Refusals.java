package torpor.cli.connection;

import java.util.Map;
import tools.jackson.core.JacksonException;
import torpor.cli.CommandFailure;
import torpor.cli.ExitCode;
import torpor.wire.ProblemDetails;
import torpor.wire.WireJson;

/// Turns a daemon's refusal into what the user is told.
public final class Refusals {
  /// Where the daemon's own remedy is for who writes HTTP.
  private static final Map<String, String> REMEDIES =
      Map.of(
          "request.unauthenticated",
          "make a key on the daemon's host with `torpor key create NAME`, and then here:"
              + " export TORPOR_API_KEY=…",
          "instance.not_found",
          "see which there are: torpor ps -a",
          "schedule.not_found",
          "set one: torpor snapshot schedule NAME --every 1h --keep 24",
          "snapshot.not_newest",
          "add --allow-older, or leave the snapshot out for the newest");

  private Refusals() {}

  static CommandFailure of(int status, String body) {
    try {
      return of(WireJson.read(body, ProblemDetails.class));
    } catch (JacksonException e) {
      return new CommandFailure(
              ExitCode.UNAVAILABLE,
              "the daemon answered with status " + status,
              body.isBlank() ? "" : body.strip().lines().findFirst().orElse(""),
              "check that the address belongs to a Torpor daemon")
          .causedBy(e);
    }
  }

  /// Of one that came inside an answer.
  public static CommandFailure of(ProblemDetails problem) {
    String what =
        problem.field().map(field -> problem.title() + " (" + field + ")").orElse(problem.title());
    return new CommandFailure(
        exitCode(problem.status()),
        lowerFirst(what) + " [" + problem.code() + "]",
        problem.detail(),
        REMEDIES.getOrDefault(problem.code(), problem.remediation()),
        problem.code());
  }

  private static int exitCode(int status) {
    return switch (status) {
      case 400, 413, 415 -> ExitCode.BAD_DATA;
      case 500, 502, 503, 504, 507 -> ExitCode.UNAVAILABLE;
      default -> ExitCode.REFUSED;
    };
  }

  private static String lowerFirst(String text) {
    return text.isEmpty() ? text : Character.toLowerCase(text.charAt(0)) + text.substring(1);
  }
}
