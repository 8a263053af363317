package torpor.cli.job;

import java.util.Optional;
import torpor.cli.ClientOptions;
import torpor.cli.CommandFailure;
import torpor.cli.ExitCode;
import torpor.cli.connection.Answer;
import torpor.cli.connection.Connection;
import torpor.cli.connection.Persistence;
import torpor.wire.JobResult;
import torpor.wire.RawJson;

/// Waiting for a job's end, and passing its result on.
final class JobResults {
  private static final String NOT_ENDED = "job.not_ended";

  /// Less than the patience of a connection.
  private static final String ONE_CALL = "60s";

  private JobResults() {}

  /// Asks again each time the daemon has waited as long as it lets a call wait, and while it is
  /// restarted.
  static JobResult await(Connection connection, String id) {
    String path =
        JobRoutes.of(id, "result").with("wait", "true").with("timeout", ONE_CALL).toString();
    Persistence persistence = new Persistence(Persistence.Pause.TIMED);
    while (true) {
      try {
        Optional<Answer> answer = connection.getUnless(NOT_ENDED, path);
        if (answer.isPresent()) {
          return answer.get().as(JobResult.class);
        }
        persistence.succeeded();
      } catch (CommandFailure failure) {
        if (failure.exitCode() != ExitCode.UNAVAILABLE) {
          throw failure;
        }
        persistence.failed(failure);
      }
    }
  }

  /// @throws CommandFailure also where the job has not ended
  static JobResult now(Connection connection, String id) {
    return connection
        .getUnless(NOT_ENDED, JobRoutes.of(id, "result").toString())
        .orElseThrow(() ->
            new CommandFailure(
                ExitCode.REFUSED,
                "there is no result yet",
                id + " has not ended",
                "wait for its end: torpor job result " + id + " --wait"))
        .as(JobResult.class);
  }

  /// Prints the output alone, so that it can be piped; what else there is to say goes to stderr.
  ///
  /// @return the program's exit code; 1 where it has none and did not complete
  static int show(ClientOptions client, JobResult result) {
    client.print(result, result.output().map(RawJson::text).map(text -> text + "\n").orElse(""));
    result
        .failure()
        .ifPresent(failure -> {
          client.say("job failed: " + failure.reason() + ": " + failure.detail());
          client.say("  do:   see what it wrote: torpor job logs " + result.jobId());
        });
    if (result.state().equals("cancelled")) {
      client.say("job was cancelled");
    }
    int otherwise = result.state().equals("completed") ? ExitCode.OK : ExitCode.REFUSED;
    return result.exitCode().map(code -> code & 0xff).orElse(otherwise);
  }
}
