package torpor.daemon.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import torpor.wire.Job;
import torpor.wire.Snapshot;
import torpor.wire.volume.Volume;

/// P8: what is left on the host and on disk belongs to somebody. The daemon cleans up after it has
/// answered, so the audit waits a while for it to be clean.
final class LeakAudit {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Set<String> ALIVE =
      Set.of(
          "starting",
          "running",
          "checkpointing",
          "suspending",
          "restoring",
          "exiting",
          "terminating");

  private final RunningDaemon daemon;
  private final Client client;

  private LeakAudit(RunningDaemon daemon) {
    this.daemon = daemon;
    this.client = daemon.client();
  }

  /// Fails with everything that has leaked.
  static void demandClean(RunningDaemon daemon) {
    LeakAudit audit = new LeakAudit(daemon);
    Awaitility.await("nothing leaked")
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(250))
        .untilAsserted(() -> assertThat(audit.leaks()).isEmpty());
  }

  private List<String> leaks() throws IOException {
    List<Job> jobs = client.jobs();
    Set<String> alive =
        jobs.stream()
            .filter(job -> ALIVE.contains(job.state()))
            .map(Job::id)
            .collect(Collectors.toSet());
    List<String> leaks = new ArrayList<>();
    MarkedProcess.of(daemon.data()).stream()
        .filter(process -> alive.stream().noneMatch(process::isOf))
        .forEach(process -> leaks.add("orphan: " + process));
    directories(jobs, leaks);
    temporary(leaks);
    volumes(leaks);
    int machines = client.metric("torpor_machines");
    if (machines != alive.size()) {
      leaks.add("%d machines for %d live jobs".formatted(machines, alive.size()));
    }
    return leaks;
  }

  private void directories(List<Job> jobs, List<String> leaks) throws IOException {
    try (DirectoryStream<Path> all = Files.newDirectoryStream(daemon.data().resolve("instances"))) {
      for (Path directory : all) {
        String ulid = String.valueOf(directory.getFileName()).toLowerCase(Locale.ROOT);
        List<Job> owners =
            jobs.stream().filter(job -> job.id().toLowerCase(Locale.ROOT).endsWith(ulid)).toList();
        if (owners.isEmpty()) {
          leaks.add("directory without a job: " + directory);
        } else {
          snapshots(directory, owners.getFirst().id(), leaks);
        }
      }
    }
  }

  private void snapshots(Path directory, String job, List<String> leaks) throws IOException {
    Path snapshots = directory.resolve("snapshots");
    if (!Files.exists(snapshots)) {
      return;
    }
    Set<String> known =
        client.snapshots(job).stream()
            .map(Snapshot::number)
            .map(String::valueOf)
            .collect(Collectors.toSet());
    try (DirectoryStream<Path> all = Files.newDirectoryStream(snapshots)) {
      for (Path snapshot : all) {
        if (!known.contains(String.valueOf(snapshot.getFileName()))) {
          leaks.add("snapshot that no row names: " + snapshot);
        }
      }
    } catch (NoSuchFileException dropped) {
      // Dropped between the two looks.
    }
    for (String number : known) {
      if (!Files.exists(snapshots.resolve(number))) {
        leaks.add("row without its snapshot: " + snapshots.resolve(number));
      }
    }
  }

  private void volumes(List<String> leaks) throws IOException {
    Path volumes = daemon.data().resolve("volumes");
    if (!Files.exists(volumes)) {
      return;
    }
    Set<String> known =
        Stream.of(client.get("/v1/volumes").as(Volume[].class))
            .map(volume -> volume.id().substring("vol_".length()))
            .collect(Collectors.toSet());
    try (DirectoryStream<Path> all = Files.newDirectoryStream(volumes)) {
      for (Path directory : all) {
        if (!known.remove(String.valueOf(directory.getFileName()))) {
          leaks.add("directory without a volume: " + directory);
        } else {
          volume(directory, leaks);
        }
      }
    }
    known.forEach(id -> leaks.add("volume without a directory: " + id));
  }

  /// What `chain.json` does not name is of no use to anybody.
  private static void volume(Path directory, List<String> leaks) throws IOException {
    String chain = Files.readString(directory.resolve("chain.json"));
    try (Stream<Path> files = Files.list(directory)) {
      files
          .filter(file -> !chain.contains("\"" + file.getFileName() + "\""))
          .filter(file -> !file.endsWith("chain.json") && !file.endsWith("snapshots"))
          .forEach(file -> leaks.add("file of no volume: " + file));
    }
  }

  private void temporary(List<String> leaks) throws IOException {
    Path temporary = daemon.data().resolve("tmp");
    // Where images are made stays, empty.
    Path images = temporary.resolve("images");
    try (Stream<Path> all = Files.walk(temporary)) {
      all.filter(file -> !file.equals(temporary) && !file.equals(images))
          .forEach(file -> leaks.add("temporary file: " + file));
    }
    for (String place : List.of("images", "cache")) {
      Path root = daemon.data().resolve(place);
      if (Files.exists(root)) {
        try (Stream<Path> all = Files.walk(root)) {
          all.filter(file ->
                  String.valueOf(file.getFileName()).matches(".*(tmp|new|partial|staging).*"))
              .forEach(file -> leaks.add("half-made file: " + file));
        }
      }
    }
  }
}
