package torpor.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import torpor.core.job.Job;
import torpor.engine.store.CommitOutcome;
import torpor.engine.store.StoredJob;
import torpor.engine.store.Version;
import torpor.testkit.store.StoreSamples;

/// A process that is killed in the middle of its commits has written everything it was told is
/// durable, and nothing by half.
class KillTest {
  private static final int JOBS = 16;
  private static final int ACKNOWLEDGED = 3000;

  @TempDir Path directory;

  @RepeatedTest(5)
  @Timeout(60)
  void whatWasAcknowledgedBeforeAKillIsThere() throws IOException, InterruptedException {
    Process writer =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "--enable-native-access=ALL-UNNAMED",
                    "-XX:+UseSerialGC",
                    "-XX:TieredStopAtLevel=1",
                    "-Xshare:auto",
                    "-cp",
                    System.getProperty("java.class.path"),
                    Endless.class.getName(),
                    directory.toString()))
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    Map<Integer, Long> acknowledged = new HashMap<>();
    try (BufferedReader lines = writer.inputReader(StandardCharsets.US_ASCII)) {
      for (int i = 0; i < ACKNOWLEDGED; i++) {
        note(acknowledged, lines.readLine());
      }
      // By its handle: the process itself would close the stream that still holds lines.
      assertThat(writer.toHandle().destroyForcibly()).isTrue();
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.endsWith(";")) {
          note(acknowledged, line);
        }
      }
    }
    assertThat(writer.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(acknowledged).hasSize(JOBS);
    try (SqlJobStore store = OpenStores.open(OpenStores.sqlite(directory))) {
      acknowledged.forEach((number, version) -> {
        StoredJob stored = OpenStores.done(store.load(StoreSamples.id(number))).orElseThrow();
        assertThat(stored.version().number()).isGreaterThanOrEqualTo(version);
        assertThat(
                OpenStores.done(
                    store.history(Optional.of(stored.job().id()), 0, Integer.MAX_VALUE)))
            .hasSize((int) stored.version().number());
      });
    }
  }

  private static void note(Map<Integer, Long> acknowledged, String line) {
    int space = line.indexOf(' ');
    acknowledged.merge(
        Integer.valueOf(line.substring(0, space)),
        Long.valueOf(line.substring(space + 1, line.length() - 1)),
        Math::max);
  }

  /// Commits for ever, and says so after each: `job version;`.
  static final class Endless {
    private Endless() {}

    public static void main(String[] arguments) {
      SqlJobStore store = OpenStores.open(OpenStores.sqlite(Path.of(arguments[0])));
      var definition = OpenStores.define(store).id();
      List<Thread> writers =
          java.util.stream.IntStream.rangeClosed(1, JOBS)
              .mapToObj(number ->
                  Thread.startVirtualThread(() ->
                      write(
                          store,
                          number,
                          StoreSamples.pending(StoreSamples.id(number), definition))))
              .toList();
      for (Thread writer : writers) {
        try {
          writer.join();
        } catch (InterruptedException e) {
          return;
        }
      }
    }

    private static void write(SqlJobStore store, int number, Job job) {
      OpenStores.done(store.commit(StoreSamples.insert(job)));
      Version version = new Version(1);
      while (true) {
        System.out.println(number + " " + version.number() + ";");
        CommitOutcome outcome =
            OpenStores.done(
                store.commit(
                    StoreSamples.update(new StoredJob(job, version), StoreSamples.running(job))));
        version = ((CommitOutcome.Committed) outcome).version();
      }
    }
  }
}
