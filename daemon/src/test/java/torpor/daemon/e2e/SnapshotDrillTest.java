package torpor.daemon.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import torpor.wire.instance.Instance;
import torpor.wire.instance.InstanceSnapshot;

/// A real daemon that tries its snapshots with hardly a pause between, beside a machine that runs.
@Tag("e2e")
class SnapshotDrillTest {
  /// The trial's machine belongs to no instance; this is its name.
  private static final String TRIAL = "_rehearsal";

  private static final String WEB = "web";

  @TempDir private Path home;
  private RunningDaemon daemon;
  private Instances instances;
  private MachineTraces traces;
  private Instance web;
  private MachineImage.Memory before;
  private int port;

  @BeforeEach
  void startDaemon() throws Exception {
    Path kernel = MachineHost.demandKernel();
    daemon =
        RunningDaemon.start(
            DaemonSetup.in(home)
                .with("--set", "machines.kernel=" + kernel.toAbsolutePath().getParent())
                .with("--set", "network.pool=" + MachineHost.pool())
                .with("--set", "machines.drill=100ms"));
    instances = new Instances(daemon.client(), MachineImage.in(home));
    port = DaemonSetup.freePort();
    web = instances.create(WEB, Optional.of(port));
    traces = MachineTraces.of(daemon.data(), web.id());
    before = Instances.ask(port);
  }

  @AfterEach
  void nothingIsLeftOver() throws Exception {
    if (daemon == null) {
      return;
    }
    try {
      instances.deleteAll();
      if (traces != null) {
        traces.demandNone();
      }
      LeakAudit.demandClean(daemon);
    } finally {
      daemon.close();
      if (traces != null) {
        traces.removeAll();
      }
    }
  }

  private void snapshot() {
    Client.Answer taken =
        daemon.client().post("/v1/instances/web/snapshots?timeout=50s", "{\"name\":\"kept\"}");
    assertThat(taken.good()).as("%s", taken).isTrue();
  }

  private InstanceSnapshot await(String verification) {
    return Awaitility.await(verification)
        .atMost(Instances.PATIENCE)
        .pollInterval(Duration.ofMillis(200))
        .until(
            () -> instances.snapshots(WEB).getFirst(),
            snapshot -> snapshot.verification().equals(verification));
  }

  private void demandGoesOn() {
    assertThat(Instances.ask(port)).matches(it -> it.follows(before), "follows " + before);
  }

  @Test
  void aSnapshotIsVerifiedAndOneThatIsDamagedLaterIsNamed() throws Exception {
    snapshot();

    InstanceSnapshot good = await("verified");
    assertThat(good.checkedAt()).isPresent();
    assertThat(good.damage()).isEmpty();
    demandGoesOn();

    flip(newestLayer());
    InstanceSnapshot bad = await("damaged");
    assertThat(bad.damage().orElseThrow()).contains("memory", "checksum");
    assertThat(daemon.client().get("/v1/instances/web/events").body())
        .contains("instance.snapshot_verified", "instance.snapshot_damaged");
    demandGoesOn();
  }

  @Test
  void aDaemonThatIsKilledInATrialLeavesNothingOfItAndTriesAgain() {
    List<Long> process = traces.processesOf(web);
    snapshot();
    List<Long> trial =
        Awaitility.await("a machine on trial")
            .atMost(Instances.PATIENCE)
            .pollInterval(Duration.ofMillis(20))
            .until(
                () -> MachineTraces.processes(daemon.data(), Optional.of(TRIAL)),
                found -> !found.isEmpty());
    daemon.kill9();
    daemon.launch();
    daemon.awaitReady();

    assertThat(trial).as("the trial's machine").noneMatch(MachineTraces::runs);
    InstanceSnapshot again = await("verified");
    assertThat(again.damage()).isEmpty();
    assertThat(daemon.log()).doesNotContain("is damaged");
    assertThat(daemon.client().get("/v1/instances/web/events").body())
        .doesNotContain("instance.snapshot_damaged");
    assertThat(traces.processesOf(instances.await(WEB, "Running"))).isEqualTo(process);
    demandGoesOn();
  }

  private Path newestLayer() throws IOException {
    String ulid = web.id().substring("inst_".length());
    try (Stream<Path> files = Files.walk(daemon.data().resolve("instances"))) {
      return files
          .filter(file -> file.toString().toLowerCase(Locale.ROOT).contains(ulid))
          .filter(file -> file.toString().matches(".*/snapshots/1/memory-[^/]*\\.pages"))
          .findFirst()
          .orElseThrow();
    }
  }

  private static void flip(Path file) throws IOException {
    try (RandomAccessFile contents = new RandomAccessFile(file.toFile(), "rw")) {
      long middle = contents.length() / 2;
      contents.seek(middle);
      int one = contents.read();
      contents.seek(middle);
      contents.write(one ^ 0x10);
    }
  }
}
