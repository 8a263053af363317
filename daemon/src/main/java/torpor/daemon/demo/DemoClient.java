package torpor.daemon.demo;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import torpor.cli.CommandFailure;
import torpor.cli.ExitCode;
import torpor.cli.connection.Connection;
import torpor.cli.connection.Endpoint;
import torpor.cli.connection.Route;
import torpor.wire.Definition;
import torpor.wire.DefinitionRequest;
import torpor.wire.Job;
import torpor.wire.JobCreated;
import torpor.wire.JobRequest;
import torpor.wire.JobResult;
import torpor.wire.RawJson;
import torpor.wire.SnapshotPage;
import torpor.wire.WireJson;

/// What the demo asks of its daemon, over the public API.
final class DemoClient implements AutoCloseable {
  static final String DEFINITION = "indexer";
  static final String SIGNAL = "publish";

  /// All of them, so that the demo can tell what was in each.
  private static final int KEPT_SNAPSHOTS = 1_000;

  private static final String PAYLOAD = "{\"approved_by\":\"demo\"}";

  /// The program names its checkpoints by how much of the corpus they hold.
  private static final Pattern INDEXED = Pattern.compile("indexed-(\\d+)");

  private static final Pattern MACHINES =
      Pattern.compile("^torpor_machines(?:\\{[^}]*})? ([0-9.]+)", Pattern.MULTILINE);

  private final Connection connection;

  DemoClient(Path home) {
    Endpoint socket = new Endpoint.UnixSocket(DaemonProcess.socket(home));
    this.connection = Connection.to(socket, Optional.empty());
  }

  void addDefinition(Path module, Path corpus) {
    Map<String, Object> config =
        Map.of(
            "module", module.toString(),
            "limits", Map.of("memory", "768MiB"),
            "mounts",
                new Object[] {
                  Map.of("source", corpus.toString(), "target", "/corpus", "read_only", true)
                });
    DefinitionRequest request =
        new DefinitionRequest(
            DEFINITION,
            "1",
            Optional.of("wasm"),
            Optional.empty(),
            Optional.empty(),
            new RawJson(WireJson.write(config)),
            Optional.empty(),
            Optional.empty(),
            Optional.of(KEPT_SNAPSHOTS),
            Map.of());
    connection
        .post(Route.of("definitions").toString(), WireJson.write(request))
        .as(Definition.class);
  }

  /// @return the job's id
  String spawn(int checkpointEveryMegabytes) {
    String params =
        "{\"checkpoint_every_mb\": %d, \"sleep_for_signal\": \"%s\"}"
            .formatted(checkpointEveryMegabytes, SIGNAL);
    JobRequest request =
        new JobRequest(
            DEFINITION,
            Optional.empty(),
            new RawJson(params),
            Map.of(),
            Map.of(),
            Optional.empty());
    return connection
        .post(Route.of("jobs").toString(), WireJson.write(request))
        .as(JobCreated.class)
        .jobId();
  }

  JobWatch watch(String job, long after) throws IOException {
    return JobWatch.of(connection, job, after);
  }

  Job job(String id) {
    return connection.get(Route.of("jobs", id).toString()).as(Job.class);
  }

  /// How much of the corpus a snapshot holds; empty where it is gone or of another kind.
  Optional<Long> bytesIndexed(String id, int snapshot) {
    return connection
        .get(Route.of("jobs", id, "snapshots").toString())
        .as(SnapshotPage.class)
        .snapshots()
        .stream()
        .filter(kept -> kept.number() == snapshot)
        .findFirst()
        .map(kept -> INDEXED.matcher(kept.token()))
        .filter(Matcher::matches)
        .map(matched -> Long.parseLong(matched.group(1)));
  }

  /// How many machines the daemon holds, as its metrics say.
  int machines() {
    Matcher matcher = MACHINES.matcher(connection.get("/metrics").body());
    if (!matcher.find()) {
      throw new CommandFailure(
          ExitCode.DEFECT, "the daemon's metrics do not tell its machines", "", "");
    }
    return (int) Double.parseDouble(matcher.group(1));
  }

  void signal(String id) {
    connection.post(Route.of("jobs", id, "signals", SIGNAL).toString(), PAYLOAD);
  }

  JobResult result(String id, Duration patience) {
    Route route =
        Route.of("jobs", id, "result")
            .with("wait", "true")
            .with("timeout", patience.toSeconds() + "s");
    return connection.get(route.toString()).as(JobResult.class);
  }

  @Override
  public void close() {
    connection.close();
  }
}
