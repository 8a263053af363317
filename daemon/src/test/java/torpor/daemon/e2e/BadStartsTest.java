package torpor.daemon.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.Map;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import torpor.cli.ExitCode;

/// Daemons that must not start, and disks that are full: refused with a remedy, nothing lost.
@Tag("e2e")
class BadStartsTest {
  private static final String FULL =
      "the disk is full, so the checkpoint was not taken; the previous one is intact";

  @TempDir private Path home;

  private static void refusedToStart(Torpor.Run run, int exitCode, String... words) {
    assertThat(run.exitCode()).as("%s", run).isEqualTo(exitCode);
    assertThat(run.err())
        .startsWith("torpor: ")
        .contains("  why:  ", "  do:   ")
        .contains(words)
        .doesNotContain("\tat ", "torpor: ready");
  }

  private Torpor.Run serve(DaemonSetup setup) throws Exception {
    return Torpor.run(home, setup.arguments().toArray(String[]::new));
  }

  @Test
  void aDataDirectoryThatIsInUseIsLeftAlone() throws Exception {
    try (RunningDaemon daemon = RunningDaemon.start(DaemonSetup.in(home))) {
      Client client = daemon.client();
      client.define("counter", "wasm", Guests.wasm("c/examples/counter.wasm"), Optional.empty());
      String job = client.spawn("counter", "{\"count\":3}");
      Path elsewhere = Files.createDirectory(home.resolve("elsewhere"));
      DaemonSetup second = DaemonSetup.in(elsewhere).withData(daemon.data());

      refusedToStart(
          serve(second), ExitCode.UNAVAILABLE, "in use by process " + daemon.pid(), "Stop that");
      assertThat(client.output(job).get("sum").asLong()).isEqualTo(14);
      LeakAudit.demandClean(daemon);
    }
  }

  @Test
  void aStoreOfANewerVersionIsNotTouched() throws Exception {
    DaemonSetup setup = DaemonSetup.in(home);
    try (RunningDaemon daemon = RunningDaemon.start(setup)) {
      daemon.stop();
      Path store = daemon.data().resolve("torpor.db");
      inStore(
          store,
          "INSERT INTO torpor_schema (installed_rank, version, description, type, script, checksum,"
              + " installed_by, execution_time, success)"
              + " VALUES (999, '999', 'of tomorrow', 'SQL', 'V999__tomorrow.sql', 1, 'x', 1, 1)");

      refusedToStart(serve(setup), ExitCode.UNAVAILABLE, "999", "newer");

      inStore(store, "DELETE FROM torpor_schema WHERE version = '999'");
      daemon.restart();
      assertThat(daemon.client().jobs()).isEmpty();
    }
  }

  private static void inStore(Path file, String sql) throws Exception {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  @Test
  void anUnknownConfigurationKeyStartsNothing() throws Exception {
    Path file = Files.writeString(home.resolve("mine.toml"), "[limits]\nmax_machine = 3\n");

    Torpor.Run run = serve(DaemonSetup.in(home).with("--config", file.toString()));

    refusedToStart(
        run, ExitCode.BAD_CONFIGURATION, "mine.toml", "2", "max_machine", "limits.max_machines");
    assertThat(home.resolve("data")).doesNotExist();
  }

  @Test
  void aNodeNameThatIsTakenIsRefusedAndAStaleOwnerEnds() throws Exception {
    try (PostgresqlServer server = PostgresqlServer.start()) {
      DaemonSetup first = DaemonSetup.in(home).withStore(server.address());
      try (RunningDaemon daemon = RunningDaemon.start(first)) {
        Client client = daemon.client();
        client.define("counter", "wasm", Guests.wasm("c/examples/counter.wasm"), Optional.empty());
        String job = client.spawn("counter", "{\"count\":3}");
        assertThat(client.output(job).get("sum").asLong()).isEqualTo(14);
        Path elsewhere = Files.createDirectory(home.resolve("elsewhere"));
        DaemonSetup second = DaemonSetup.in(elsewhere).withStore(server.address());

        refusedToStart(serve(second), ExitCode.UNAVAILABLE, "node 'e2e' is in use", "node name");

        // As if another daemon had waited for the lease and taken the node.
        server.execute("UPDATE nodes SET epoch = epoch + 1, owner = 'another'");
        Awaitility.await("the stale owner ends")
            .atMost(RunningDaemon.PATIENCE)
            .until(() -> !daemon.isAlive());
        assertThat(daemon.newLog())
            .contains("another daemon owns this node", "another")
            .doesNotContain("\tat ");

        // Its owner again, with an epoch of its own: everything is there.
        server.execute("UPDATE nodes SET lease_until = 0");
        daemon.restart();
        assertThat(client.output(job).get("sum").asLong()).isEqualTo(14);
      }
    }
  }

  /// The snapshots' disk is full, the store's is not.
  @Test
  void aFullDiskDuringACheckpointLeavesThePreviousOneIntact() throws Exception {
    Path instances = Files.createDirectories(home.resolve("data").resolve("instances"));
    try (SmallDisk disk = SmallDisk.mount(instances, 16);
        RunningDaemon daemon =
            RunningDaemon.start(
                DaemonSetup.in(home).with(WasmErrands.options().toArray(String[]::new)))) {
      Client client = daemon.client();
      client.define(
          "counter",
          "wasm",
          Guests.wasm("c/examples/counter.wasm"),
          Optional.of(
              "{\"max_attempts\":100000,\"crash_loop_limit\":100000,"
                  + "\"backoff\":{\"kind\":\"fixed\",\"initial\":\"500ms\"}}"));
      String job = client.spawn("counter", "{\"count\":40,\"pause_ms\":150}");
      client.awaitHappened(job, "job.checkpointed", 4);
      disk.fill();

      History full = client.awaitHappened(job, "job.checkpoint_failed", 2);
      assertThat(full.count("job.checkpoint_failed", "detail", FULL)).as("%s", full).isPositive();
      int intact = client.job(job).newestSnapshot().orElseThrow().number();
      assertThat(client.snapshots(job)).anyMatch(snapshot -> snapshot.number() == intact);

      disk.free();
      assertThat(client.output(job).get("sum").asLong()).isEqualTo(22_140);
      client.ended(job, "job.completed").neverRollsBack();
      LeakAudit.demandClean(daemon);
    }
  }

  /// The store's disk is full, too: nothing can be acknowledged, and nothing acknowledged is lost.
  @Test
  void aFullDiskUnderTheStoreIsSaidAndGetsOverIt() throws Exception {
    Path data = Files.createDirectories(home.resolve("data"));
    try (SmallDisk disk = SmallDisk.mount(data, 64);
        RunningDaemon daemon = RunningDaemon.start(DaemonSetup.in(home))) {
      Client client = daemon.client();
      client.define("counter", "wasm", Guests.wasm("c/examples/counter.wasm"), Optional.empty());
      String before = client.spawn("counter", "{\"count\":3}");
      client.result(before);
      disk.fill();

      Client.Answer refused =
          Awaitility.await("a spawn that does not fit")
              .atMost(RunningDaemon.PATIENCE)
              .until(() -> spawnOnce(client), answer -> !answer.good());
      assertThat(refused.status()).as("%s", refused).isEqualTo(507);
      assertThat(refused.problem().code()).isEqualTo("storage.full");
      assertThat(refused.problem().remediation()).isNotBlank();
      assertThat(refused.problem().retryable()).isTrue();

      disk.free();
      String after = client.spawn("counter", "{\"count\":4}");
      assertThat(client.output(after).get("sum").asLong()).isEqualTo(30);
      assertThat(client.output(before).get("sum").asLong()).isEqualTo(14);
      client.jobs().forEach(job -> client.result(job.id()));
      LeakAudit.demandClean(daemon);
    }
  }

  /// Large enough that the store's file must grow.
  private static Client.Answer spawnOnce(Client client) throws IOException {
    String params = "\"" + "x".repeat(200_000) + "\"";
    return client.once(
        "POST",
        "/v1/jobs",
        "{\"definition_name\":\"counter\",\"params\":" + params + "}",
        Map.of());
  }
}
