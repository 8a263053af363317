package torpor.daemon.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import torpor.wire.instance.Instance;
import torpor.wire.instance.InstanceSnapshot;

/// Machines on a disk that becomes full: what was asked for is refused with 507, half of nothing is
/// left, what runs goes on, and once there is space again everything works.
@Tag("e2e")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FullDiskTest {
  private static final int DISK_MEBIBYTES = 512;
  private static final long KIBIBYTE = 1024;
  private static final String WEB = "web";
  private static final int MOST_CHANGES = 1000;

  @TempDir private static Path home;
  private SmallDisk disk;
  private RunningDaemon daemon;
  private Instances instances;
  private MachineTraces traces;
  private int port;
  private MachineImage.Memory memory;
  private List<Long> process;

  @BeforeAll
  void startDaemon() throws Exception {
    Path kernel = MachineHost.demandKernel();
    Path data = Files.createDirectory(home.resolve("data"));
    disk = SmallDisk.format(home.resolve("disk"), data, DISK_MEBIBYTES);
    daemon =
        RunningDaemon.start(
            DaemonSetup.in(home)
                .with("--set", "machines.kernel=" + kernel.toAbsolutePath().getParent())
                .with("--set", "network.pool=" + MachineHost.pool()));
    instances = new Instances(daemon.client(), MachineImage.in(home));
    port = DaemonSetup.freePort();
    Instance web = instances.create(WEB, Optional.of(port));
    traces = MachineTraces.of(daemon.data(), web.id());
    process = traces.processesOf(web);
    // Its program has begun, and is what the snapshot has.
    memory = Instances.ask(port);
    Client.Answer taken =
        daemon.client().post("/v1/instances/web/snapshots?timeout=50s", "{\"name\":\"first\"}");
    assertThat(taken.good()).as("%s", taken).isTrue();
  }

  @BeforeEach
  void look() {
    memory = Instances.ask(port);
  }

  @AfterEach
  void nothingIsHalfDone() throws IOException {
    freeAll();
    Awaitility.await("nothing is left over")
        .atMost(Instances.PATIENCE)
        .untilAsserted(() -> assertThat(traces.wrong(instances.list())).isEmpty());
  }

  private void freeAll() throws IOException {
    if (Files.exists(daemon.data().resolve("filler"))) {
      disk.free();
    }
  }

  @AfterAll
  void nothingIsLeftOver() throws Exception {
    if (daemon == null) {
      return;
    }
    try {
      instances.deleteAll();
      traces.demandNone();
      LeakAudit.demandClean(daemon);
    } finally {
      daemon.close();
      if (traces != null) {
        traces.removeAll();
      }
      disk.close();
    }
  }

  private Client.Answer post(String path, String body) throws IOException {
    return daemon
        .client()
        .once(
            "POST",
            "/v1/instances" + path,
            body,
            Map.of("Content-Type", "application/json", "Idempotency-Key", UUID.randomUUID() + ""));
  }

  private static void demandNoSpace(Client.Answer answer) {
    assertThat(answer.status()).as("%s", answer).isEqualTo(507);
    assertThat(answer.problem().code()).isEqualTo("storage.full");
    assertThat(answer.problem().remediation()).as("%s", answer).contains("ree");
  }

  /// Says so, and goes. Where the store has no room either to write down what has become of it, it
  /// waits for that, and may have found room for itself by then.
  private void demandFailedForSpace(String name) throws IOException {
    disk.free();
    Instance settled =
        Awaitility.await(name + " has settled")
            .atMost(Instances.PATIENCE)
            .until(() -> instances.show(name), it -> it.operation().isEmpty());
    if (!settled.state().equals("Running")) {
      assertThat(settled.lastFailure())
          .hasValueSatisfying(
              why -> assertThat(why.code()).as("%s", why).isEqualTo("storage.full"));
      assertThat(settled.state()).isIn("Failed", "Stopped");
    }
    instances.delete(name);
  }

  private void demandGoesOn() {
    assertThat(instances.await(WEB, "Running").state()).isEqualTo("Running");
    MachineImage.Memory now = Instances.ask(port);
    assertThat(now).matches(it -> it.follows(memory), "follows " + memory);
    memory = now;
    assertThat(traces.processesOf(instances.show(WEB))).isEqualTo(process);
  }

  @Test
  void aSnapshotThatFindsNoSpaceLeavesTheOnesBeforeAndTheMachine() throws Exception {
    List<InstanceSnapshot> before = instances.snapshots(WEB);
    disk.fillBut(1024 * KIBIBYTE);

    demandNoSpace(post("/web/snapshots?timeout=50s", "{\"name\":\"second\"}"));
    demandGoesOn();
    demandNoSpace(post("/web/standby?timeout=50s", ""));
    demandGoesOn();
    assertThat(instances.snapshots(WEB)).isEqualTo(before);

    disk.free();
    instances.put(WEB, "standby", "Standby");
    assertThat(Instances.askOnce(port)).matches(it -> it.follows(memory), "follows " + memory);
    process = traces.processesOf(instances.await(WEB, "Running"));
  }

  @Test
  void whatIsBornWithoutSpaceFailsAndLeavesNothing() throws Exception {
    for (String path : List.of("?timeout=50s", "/web/fork?timeout=50s")) {
      freeAll();
      disk.fillBut(64 * KIBIBYTE);
      String body =
          path.startsWith("/web")
              ? "{\"name\":\"late\",\"from_running\":true}"
              : instances.wish("late", Optional.empty());
      Client.Answer answer = post(path, body);
      if (answer.status() == 507) {
        demandNoSpace(answer);
      } else {
        demandFailedForSpace("late");
      }
    }
    freeAll();
    // One that had something to write meanwhile has waited for room.
    demandGoesOn();
    Instance late = instances.create("late", Optional.empty());
    assertThat(Instances.ask(late).host()).isEqualTo("late");
    instances.delete("late");
  }

  /// What changes nothing but a row cannot be acknowledged, and nobody is kept waiting for it.
  @Test
  void aStoreWithoutSpaceIsSaidAtOnceAndGetsOverIt() throws Exception {
    disk.fill();
    boolean protect = false;
    Client.Answer refused = change(protect);
    // The database has some room left in pages of its own.
    for (int change = 0; refused.good() && change < MOST_CHANGES; change++) {
      protect = !protect;
      refused = change(protect);
    }
    demandNoSpace(refused);
    demandGoesOn();

    disk.free();
    assertThat(change(false).good()).isTrue();
    assertThat(instances.show(WEB).protect()).isFalse();
  }

  private Client.Answer change(boolean protect) throws IOException {
    return daemon
        .client()
        .once(
            "PATCH",
            "/v1/instances/web",
            "{\"protect\":%s}".formatted(protect),
            Map.of("Content-Type", "application/json"));
  }

  @Test
  void anImageThatFindsNoSpaceIsRefusedAndCanBeAskedForAgain() throws Exception {
    String other = MachineImage.in(Files.createDirectory(home.resolve("other")), "other");
    Instances ofOther = new Instances(daemon.client(), other);
    disk.fillBut(256 * KIBIBYTE);
    Client.Answer answer = post("?timeout=50s", ofOther.wish("late", Optional.empty()));
    if (answer.status() == 507) {
      demandNoSpace(answer);
      instances.delete("late");
    } else {
      demandFailedForSpace("late");
    }
    demandGoesOn();

    freeAll();
    Instance late = ofOther.create("late", Optional.empty());
    assertThat(Instances.ask(late).host()).isEqualTo("late");
    instances.delete("late");
  }

  /// QEMU stops its processor rather than have its disk broken.
  @Test
  void aMachineThatWritesMoreThanThereIsRoomForWaitsAndGoesOn() throws Exception {
    // It is said once in a machine's life.
    instances.put(WEB, "standby", "Standby");
    instances.put(WEB, "restore", "Running");
    process = traces.processesOf(instances.show(WEB));
    long said = stalls();
    disk.fillBut(1024 * KIBIBYTE);
    Process writer =
        Torpor.command(
                List.of(
                    "exec",
                    "--host",
                    "unix://" + daemon.setup().socket(),
                    WEB,
                    "sh",
                    "-c",
                    "head -c 16000000 /dev/urandom > /kept/much; sync; wc -c < /kept/much"))
            .redirectErrorStream(true)
            .start();
    try (BufferedReader output = writer.inputReader()) {
      Awaitility.await("it stands still").atMost(Instances.PATIENCE).until(() -> stalls() > said);
      demandNoSpace(post("/web/snapshots?timeout=50s", "{\"name\":\"full\"}"));

      disk.free();
      assertThat(output.readLine()).isEqualTo("16000000");
    } finally {
      writer.destroyForcibly();
    }
    demandGoesOn();
  }

  private long stalls() {
    return daemon.newLog().lines().filter(line -> line.contains("stands still until")).count();
  }

  /// The way back still works after all that.
  @Test
  void anEarlierSnapshotCanBeGoneBackTo() throws Exception {
    disk.fillBut(64 * KIBIBYTE);
    demandNoSpace(post("/web/snapshots?timeout=50s", "{\"name\":\"third\"}"));
    instances.put(WEB, "stop", "Stopped");
    String back = "/web/restore?timeout=50s";
    String first = "{\"snapshot\":\"first\",\"allow_older\":true}";
    demandNoSpace(post(back, first));
    assertThat(instances.show(WEB).state()).isEqualTo("Stopped");

    disk.free();
    Client.Answer answer = post(back, first);
    assertThat(answer.good()).as("%s", answer).isTrue();
    process = traces.processesOf(instances.await(WEB, "Running"));
    assertThat(Instances.ask(port).life()).isEqualTo(memory.life());
  }
}
