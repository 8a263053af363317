package torpor.daemon.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import torpor.wire.Job;

/// The daemon is killed with `kill -9` at random moments under load, with both runtimes, on both
/// stores. Every errand checks its own job; in the end nothing may be left over.
///
/// `-De2e.kills=300` for so many kills instead of as many as fit into the time, `-De2e.seconds=600`
/// for another time, `-De2e.seed=…` for the moments of an earlier run.
@Tag("e2e")
class RealKillsTest {
  private static final int CALLERS = 10;
  private static final int CORPUS_BYTES = 3 << 20;
  private static final int LONGEST_LIFE_MILLIS = 3_000;
  private static final int LONGEST_START_MILLIS = 1_500;
  private static final Duration TIME = Duration.ofSeconds(Integer.getInteger("e2e.seconds", 80));
  private static final int KILLS = Integer.getInteger("e2e.kills", 0);
  private static final long SEED = Long.getLong("e2e.seed", System.nanoTime());

  @TempDir private Path home;

  @Test
  void everyPromiseHoldsOverKillsOnSqlite() throws Exception {
    survive("sqlite", "sqlite");
  }

  @Test
  void everyPromiseHoldsOverKillsOnPostgresql() throws Exception {
    try (PostgresqlServer server = PostgresqlServer.start()) {
      survive("postgresql", server.address());
    }
  }

  private void survive(String name, String store) throws Exception {
    System.out.printf("e2e %s: seed %d (-De2e.seed=%d replays the moments)%n", name, SEED, SEED);
    DaemonSetup setup =
        DaemonSetup.in(home).withStore(store).with(WasmErrands.options().toArray(String[]::new));
    try (RunningDaemon daemon = RunningDaemon.start(setup)) {
      Load load = Load.start(daemon.client(), errands(daemon), CALLERS, SEED);
      Kills kills = new Kills(daemon, RandomGeneratorFactory.getDefault().create(~SEED));
      try {
        kills.inflict(load);
        load.finish();
      } catch (AssertionError failed) {
        System.out.println("the daemon's log:\n" + daemon.log());
        throw failed;
      } finally {
        System.out.printf("e2e %s: %s; errands %s%n", name, kills, load);
      }
      demandWhatWasAcknowledged(daemon.client(), load);
      LeakAudit.demandClean(daemon);
    }
  }

  private List<Errand> errands(RunningDaemon daemon) throws IOException {
    Client client = daemon.client();
    WasmErrands.define(client, corpus());
    String undisturbed =
        client.output(client.spawn("indexer", WasmErrands.Indexing.PARAMS)).toString();
    List<Errand> errands = new ArrayList<>();
    errands.add(new WasmErrands.Counting());
    errands.add(new WasmErrands.Counting());
    errands.add(new WasmErrands.Sleeping());
    errands.add(new WasmErrands.Indexing(undisturbed));
    errands.add(new WasmErrands.Cancelling());
    errands.add(new WasmErrands.Adding(home));
    Optional<String> python = Guests.python();
    if (python.isPresent()) {
      ProcessErrands.define(client, python.orElseThrow(), Guests.unpacked("recorder.py", home));
      errands.add(new ProcessErrands.Recording(daemon.data()));
      errands.add(new ProcessErrands.Recording(daemon.data()));
      errands.add(new ProcessErrands.Adding());
      errands.add(new ProcessErrands.Ending());
    } else {
      System.err.println("SKIPPED: no python3, so no process jobs among the kills");
    }
    return errands;
  }

  /// The beginning of the JDK's own class library, which the program takes as plain bytes.
  private Path corpus() throws IOException {
    Path corpus = Files.createDirectory(home.resolve("corpus"));
    Path modules = Path.of(System.getProperty("java.home"), "lib", "modules");
    try (InputStream in = Files.newInputStream(modules);
        OutputStream out = Files.newOutputStream(corpus.resolve("part-000.txt"))) {
      out.write(in.readNBytes(CORPUS_BYTES));
    }
    return corpus;
  }

  /// Each acknowledged spawn made one job, and no repeated call made another.
  private static void demandWhatWasAcknowledged(Client client, Load load) {
    List<String> ids =
        client.jobs().stream().filter(job -> !isBaseline(job, load)).map(Job::id).toList();
    assertThat(ids).containsExactlyInAnyOrderElementsOf(load.spawned());
  }

  private static boolean isBaseline(Job job, Load load) {
    return job.definitionName().equals("indexer") && !load.spawned().contains(job.id());
  }

  /// Kills a daemon again and again, some of the times while it starts.
  private static final class Kills {
    private final RunningDaemon daemon;
    private final RandomGenerator random;
    private final long began = System.nanoTime();
    private int whileRunning;
    private int whileStarting;

    Kills(RunningDaemon daemon, RandomGenerator random) {
      this.daemon = daemon;
      this.random = random;
    }

    /// Leaves it running.
    void inflict(Load load) {
      while (!enough() && !load.failed()) {
        Client.pass(Duration.ofMillis(random.nextInt(LONGEST_LIFE_MILLIS)));
        daemon.kill9();
        whileRunning++;
        daemon.launch();
        while (random.nextInt(5) == 0 && !enough()) {
          Client.pass(Duration.ofMillis(random.nextInt(LONGEST_START_MILLIS)));
          daemon.kill9();
          whileStarting++;
          daemon.launch();
        }
        daemon.awaitReady();
      }
    }

    private boolean enough() {
      return KILLS > 0
          ? whileRunning + whileStarting >= KILLS
          : System.nanoTime() - began > TIME.toNanos();
    }

    @Override
    public String toString() {
      return "%d kills, %d of them while it started, in %d s"
          .formatted(
              whileRunning + whileStarting,
              whileStarting,
              Duration.ofNanos(System.nanoTime() - began).toSeconds());
    }
  }
}
