package torpor.daemon.machine;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import torpor.core.instance.InstanceId;
import torpor.core.instance.spec.HealthCheck.Probe;
import torpor.core.machine.ExitStatus;
import torpor.core.refusal.Reply;
import torpor.engine.caller.InstanceSessions;
import torpor.engine.caller.InstanceSessions.ExecRequest;
import torpor.engine.caller.InstanceSessions.Session;
import torpor.engine.caller.InstanceSessions.Source;

/// Runs a command in an instance. At the timeout it is killed in there; where what is inside does
/// not answer at all, that is noticed here a little later.
record ExecProbe(InstanceSessions sessions) {
  private static final Duration LATE = Duration.ofSeconds(5);

  /// @return why the instance does not do well; empty where the command ended with 0
  CompletionStage<Optional<String>> probe(InstanceId id, Probe.Exec probe, Duration timeout) {
    Said said = new Said();
    ExecRequest request =
        new ExecRequest(
            probe.command(),
            Map.of(),
            probe.workdir(),
            Optional.empty(),
            Optional.empty(),
            false,
            Optional.of(timeout));
    return sessions
        .exec(id, request, said)
        .thenCompose(reply ->
            switch (reply) {
              case Reply.Refused<Session> refused ->
                  CompletableFuture.completedFuture(Optional.of(refused.refusal().detail()));
              case Reply.Done<Session>(Session session) -> end(session, said, timeout);
            });
  }

  private static CompletionStage<Optional<String>> end(
      Session session, Said said, Duration timeout) {
    return session
        .exit()
        .toCompletableFuture()
        .copy()
        .orTimeout(timeout.plus(LATE).toMillis(), TimeUnit.MILLISECONDS)
        .handle((status, silent) -> {
          session.close();
          return silent == null ? verdict(status, said) : Optional.of("it does not answer");
        });
  }

  private static Optional<String> verdict(ExitStatus status, Said said) {
    return switch (status) {
      case ExitStatus.Exited(int code) when code == 0 -> Optional.empty();
      case ExitStatus.Exited(int code) -> Optional.of("it ended with " + code + said);
      case ExitStatus.OutOfTime _ -> Optional.of("it took longer than its timeout" + said);
      case ExitStatus.Signalled(String what) -> Optional.of("it was ended by " + what + said);
      case ExitStatus.OutOfMemory(String detail) -> Optional.of(detail);
      case ExitStatus.Lost(String detail) -> Optional.of(detail);
    };
  }

  /// The beginning of what the command printed. One call at a time.
  private static final class Said implements InstanceSessions.Output {
    private static final int MOST = 200;
    private final StringBuilder text = new StringBuilder();

    @Override
    public CompletionStage<Void> write(Source source, ByteBuffer bytes) {
      if (text.length() < MOST) {
        text.append(StandardCharsets.UTF_8.decode(bytes.slice()));
      }
      return CompletableFuture.completedFuture(null);
    }

    @Override
    public String toString() {
      String all = text.toString().strip();
      return all.isEmpty() ? "" : ": " + all.substring(0, Math.min(MOST, all.length()));
    }
  }
}
