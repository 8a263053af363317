package torpor.daemon.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import torpor.daemon.mortal.Fault;
import torpor.daemon.mortal.Fault.Moment;
import torpor.daemon.mortal.Story;
import torpor.wire.instance.Instance;

/// The recovery table of machines driven by hand, with real ones: the daemon dies of a SIGKILL
/// before every step of every operation, in the middle of what takes time, and after the last. Each
/// time what it left must become what the decisions that were durable by then say, nothing may be
/// left over, and a machine that has no part in it must not notice.
///
/// Which steps an operation has, a run without a fault tells; so none can be forgotten.
///
/// `-De2e.all=true` for the middle of short steps too.
@Tag("e2e")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EveryStepTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /// What is over sooner has no middle worth dying in.
  private static final Duration LONG = Duration.ofMillis(Boolean.getBoolean("e2e.all") ? 2 : 50);

  private static final String BYSTANDER = "bystander";
  private static final String WEB = "web";
  private static final String COPY = "copy";

  @TempDir private static Path home;
  private Path orders;
  private MachineTraces traces;
  private RunningDaemon daemon;
  private Instances instances;
  private int order;
  private int faults;
  private int bystandersPort;
  private int websPort;
  private MachineImage.Memory bystandersMemory;
  private List<Long> bystandersProcess;

  /// What is asked for, and what becomes of it when so many decisions were durable.
  enum Deed {
    CREATE(WEB, "gone", "Failed image", "Failed disks", "Failed network", "Running"),
    STANDBY(WEB, "Running", "Running", "Standby"),
    RESTORE(WEB, "Standby", "Running"),
    FORK(COPY, "gone", "gone", "gone", "Failed image", "Failed disks", "Failed network", "Running"),
    DELETE(WEB, "Running", "gone");

    private final String whom;

    @SuppressWarnings("ImmutableEnumChecker") // A copy that nobody can change.
    private final List<String> fates;

    Deed(String whom, String... fates) {
      this.whom = whom;
      this.fates = List.of(fates);
    }

    /// @param commits that have happened, counted from none
    String fate(int commits) {
      return fates.get(Math.min(commits, fates.size() - 1));
    }
  }

  @BeforeAll
  void startDaemon() throws Exception {
    Path kernel = MachineHost.demandKernel();
    orders = Files.createDirectory(home.resolve("orders"));
    daemon =
        RunningDaemon.start(
            DaemonSetup.in(home)
                .with("--set", "machines.kernel=" + kernel.toAbsolutePath().getParent())
                .with("--set", "network.pool=" + MachineHost.pool()),
            arguments -> Torpor.mortal(orders, arguments));
    instances = new Instances(daemon.client(), MachineImage.in(home));
    bystandersPort = DaemonSetup.freePort();
    websPort = DaemonSetup.freePort();
    Instance bystander = instances.create(BYSTANDER, Optional.of(bystandersPort));
    bystandersMemory = Instances.ask(bystandersPort);
    traces = MachineTraces.of(daemon.data(), bystander.id());
    bystandersProcess = traces.processesOf(bystander);
    assertThat(bystandersProcess).hasSize(1);
  }

  @AfterAll
  void nothingIsLeftOver() throws Exception {
    if (daemon == null) {
      return;
    }
    try {
      System.out.printf("e2e every step: the daemon was killed %d times%n", faults);
      instances.deleteAll();
      traces.demandNone();
      LeakAudit.demandClean(daemon);
    } finally {
      daemon.close();
      if (traces != null) {
        traces.removeAll();
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void whereverTheDaemonIsKilledTheTableHolds(Deed deed) {
    List<Story.Step> steps = undisturbed(deed);
    System.out.println("e2e every step: " + deed + " " + steps);
    for (Fault fault : faults(steps)) {
      try {
        killIn(deed, fault);
      } catch (AssertionError | RuntimeException failed) {
        System.out.println("the daemon's log:\n" + daemon.log());
        String where = fault.step() + ". " + steps.get(fault.step() - 1).name();
        throw new AssertionError(
            "%s, killed %s %s of %s".formatted(deed, fault.moment(), where, steps), failed);
      }
    }
  }

  private List<Story.Step> undisturbed(Deed deed) {
    arrange(deed);
    order++;
    Fault.none(order).order(orders);
    act(deed);
    instances.awaitSettled();
    List<Story.Step> steps = Story.of(orders, order).steps();
    assertThat(steps).extracting(Story.Step::name).contains(Story.COMMIT);
    return steps;
  }

  /// After a step is before the next one, but for the last.
  private List<Fault> faults(List<Story.Step> steps) {
    List<Fault> all = new ArrayList<>();
    for (Story.Step step : steps) {
      all.add(new Fault(++order, step.number(), Moment.BEFORE, Duration.ZERO));
      Duration took = step.took().orElse(Duration.ZERO);
      if (took.compareTo(LONG) > 0 && !step.name().equals(Story.COMMIT)) {
        all.add(new Fault(++order, step.number(), Moment.MIDDLE, took.dividedBy(2)));
      }
    }
    all.add(new Fault(++order, steps.size(), Moment.AFTER, Duration.ZERO));
    return all;
  }

  private void killIn(Deed deed, Fault fault) {
    arrange(deed);
    Optional<MachineImage.Memory> before = memory();
    List<Long> process = find(WEB).map(traces::processesOf).orElse(List.of());
    fault.order(orders);
    CompletableFuture<Void> asked = CompletableFuture.runAsync(() -> act(deed));
    try {
      daemon.awaitDeath(PATIENCE);
    } finally {
      asked.cancel(true);
    }
    faults++;
    Story story = Story.of(orders, fault.id());
    Fault.none(fault.id()).order(orders);
    daemon.restart();
    instances.awaitSettled();

    String fate = fate(deed.whom);
    assertThat(fate)
        .as("after %d decisions: %s", story.commits(), story)
        .isIn(deed.fate(story.commits()), deed.fate(story.commitsBegun()));
    if (!deed.whom.equals(WEB)) {
      assertThat(fate(WEB)).isEqualTo("Running");
    }
    Awaitility.await("nothing is left over")
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(traces.wrong(instances.list())).isEmpty());
    boolean lived = deed == Deed.STANDBY || deed == Deed.DELETE || deed == Deed.FORK;
    if (lived && fate(WEB).equals("Running")) {
      assertThat(find(WEB).map(traces::processesOf)).as("the same QEMU").contains(process);
    }
    before.ifPresent(earlier ->
        memory()
            .ifPresent(
                now -> assertThat(now).matches(it -> it.follows(earlier), "follows " + earlier)));
    if (fate(WEB).equals("Running")) {
      assertThat(Instances.ask(websPort)).as("at its published port").isNotNull();
    }
    demandUndisturbed();
  }

  private void demandUndisturbed() {
    MachineImage.Memory now = Instances.ask(bystandersPort);
    assertThat(now).matches(it -> it.follows(bystandersMemory), "follows " + bystandersMemory);
    bystandersMemory = now;
    assertThat(find(BYSTANDER).map(traces::processesOf)).contains(bystandersProcess);
  }

  /// What the machine that runs remembers.
  private Optional<MachineImage.Memory> memory() {
    return find(WEB).filter(it -> it.state().equals("Running")).map(Instances::ask);
  }

  private Optional<Instance> find(String name) {
    return instances.list().stream().filter(it -> it.name().equals(name)).findFirst();
  }

  /// Its state, and for a failed one the step at which it was interrupted.
  private String fate(String name) {
    return find(name)
        .map(it ->
            it.state().equals("Failed")
                ? "Failed "
                    + it.stateError().orElse("?").replaceAll(".*at the step '(.*?)'.*", "$1")
                : it.state())
        .orElse("gone");
  }

  /// Where the deed can be done.
  private void arrange(Deed deed) {
    find(COPY).ifPresent(_ -> delete(COPY));
    if (find(WEB).filter(it -> it.state().equals("Failed")).isPresent()) {
      delete(WEB);
    }
    Optional<Instance> web = find(WEB);
    if (deed == Deed.CREATE) {
      web.ifPresent(_ -> delete(WEB));
      return;
    }
    Instance there = web.orElseGet(() -> instances.create(WEB, Optional.of(websPort)));
    if (deed == Deed.RESTORE) {
      instances.put(WEB, "standby", "Standby");
    } else if (there.state().equals("Standby")) {
      instances.put(WEB, "restore", "Running");
    }
  }

  private void delete(String name) {
    daemon.client().delete("/v1/instances/" + name);
    Awaitility.await(name + " is gone").atMost(PATIENCE).until(() -> find(name).isEmpty());
  }

  /// Asks once: who is not answered by a daemon that dies does not ask the next one.
  private void act(Deed deed) {
    Client client = daemon.client();
    Map<String, String> json = Map.of("Content-Type", "application/json");
    String at = "/v1/instances/" + WEB;
    try {
      switch (deed) {
        case CREATE -> client.once("POST", "/v1/instances?timeout=50s", wish(), json);
        case STANDBY -> client.once("POST", at + "/standby?timeout=50s", "", json);
        case RESTORE -> client.once("POST", at + "/restore?timeout=50s", "", json);
        case FORK -> client.once("POST", at + "/fork?timeout=50s", fork(), json);
        case DELETE -> {
          client.once("DELETE", at, "", json);
          Awaitility.await().atMost(PATIENCE).until(() -> find(WEB).isEmpty());
        }
      }
    } catch (IOException died) {
      // As it is meant to.
    } catch (UncheckedIOException died) {
      // While it was looked at.
    }
  }

  private String wish() {
    return instances.wish(WEB, Optional.of(websPort));
  }

  private static String fork() {
    return "{\"name\":\"%s\",\"from_running\":true,\"target_state\":\"Running\"}".formatted(COPY);
  }
}
