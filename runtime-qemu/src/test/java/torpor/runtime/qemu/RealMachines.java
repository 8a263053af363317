package torpor.runtime.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static torpor.testkit.machine.Answers.answered;
import static torpor.testkit.machine.Answers.checked;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import torpor.core.definition.JsonText;
import torpor.core.instance.InstanceId;
import torpor.core.job.JobId;
import torpor.core.machine.ExitStatus;
import torpor.core.machine.Generation;
import torpor.core.machine.MachineHandle;
import torpor.core.refusal.Reply;
import torpor.core.snapshot.SnapshotFacts;
import torpor.core.snapshot.SnapshotNumber;
import torpor.core.snapshot.Token;
import torpor.engine.caller.InstanceSessions.Session;
import torpor.engine.caller.InstanceSessions.Source;
import torpor.engine.machine.MachineRestore;
import torpor.engine.machine.MachineStart;
import torpor.engine.machine.SnapshotTarget;
import torpor.engine.machine.SnapshotTarget.ParentSnapshot;
import torpor.host.file.FileTrees;
import torpor.testkit.machine.AskingGuest;
import torpor.testkit.machine.Endings;

/// A runtime, and machines that one asks by running programs in them.
abstract class RealMachines {
  static final JobId ONE = new JobId("01kah0000000000000000000a1");
  static final JobId TWO = new JobId("01kah0000000000000000000b2");
  static final JobId THREE = new JobId("01kah0000000000000000000c3");
  static final JsonText WAITS = TestRuntimes.shell("while true; do sleep 1000; done");

  private static Path shared = Path.of("/");

  @TempDir Path data;
  private Optional<QemuRuntime> opened = Optional.empty();
  final Endings endings = new Endings();

  @BeforeAll
  static void prepare() throws IOException {
    shared = Files.createTempDirectory("qemu");
  }

  @AfterAll
  static void clear() throws IOException {
    FileTrees.delete(shared);
  }

  @BeforeEach
  void open() {
    opened = Optional.of(TestRuntimes.open(shared, data.getFileName().toString()));
  }

  @AfterEach
  void endAll() {
    opened.ifPresent(runtime -> {
      answered(runtime.sweep(Set.of()));
      runtime.close();
    });
  }

  final QemuRuntime runtime() {
    return opened.orElseThrow();
  }

  final Path directory(JobId job) {
    try {
      return Files.createDirectories(data.resolve("instances").resolve(job.ulid()));
    } catch (IOException failed) {
      throw new AssertionError(failed);
    }
  }

  final MachineStart request(JobId job, int generation, JsonText config) {
    return new MachineStart(
        job,
        new Generation(generation),
        checked(runtime(), config),
        Map.of(),
        directory(job),
        directory(job).resolve("console.log"),
        new AskingGuest(),
        endings);
  }

  final MachineHandle start(JobId job) {
    return answered(runtime().start(request(job, 1, WAITS)));
  }

  final Path snapshots(JobId job) {
    return directory(job).resolve("snapshots");
  }

  final SnapshotFacts snapshot(
      JobId job, int generation, MachineHandle handle, int number, boolean keepsRunning)
      throws IOException {
    Path staging = Files.createDirectories(snapshots(job).resolve(Integer.toString(number)));
    Path before = snapshots(job).resolve(Integer.toString(number - 1));
    Optional<ParentSnapshot> parent =
        Files.exists(before)
            ? Optional.of(new ParentSnapshot(new SnapshotNumber(number - 1), before))
            : Optional.empty();
    return answered(
        runtime()
            .snapshot(
                new SnapshotTarget(
                    job,
                    new Generation(generation),
                    handle,
                    new SnapshotNumber(number),
                    staging,
                    parent,
                    keepsRunning)));
  }

  final MachineRestore restoreOf(JobId job, int generation, Path snapshot) {
    return new MachineRestore(
        request(job, generation, WAITS),
        snapshot,
        SnapshotNumber.FIRST,
        new Token("t"),
        Optional.empty());
  }

  final MachineHandle restore(JobId job, int generation, Path snapshot) {
    return answered(runtime().restore(restoreOf(job, generation, snapshot)));
  }

  final void kill(JobId job, int generation) {
    answered(runtime().kill(job, new Generation(generation), Optional.empty(), Duration.ZERO));
  }

  /// What a program in the machine prints; it must end with 0.
  final String ask(JobId job, String script) {
    Said said = new Said();
    Reply<Session> begun =
        answered(
            runtime().sessions().exec(InstanceId.of(job), Programs.of("sh", "-c", script), said));
    Session session =
        switch (begun) {
          case Reply.Done<Session>(Session program) -> program;
          case Reply.Refused<Session>(var refusal) ->
              throw new AssertionError("refused: " + refusal);
        };
    assertThat(answered(session.exit()))
        .as("%s: %s %s", script, said.text(Source.STDOUT), said.text(Source.STDERR))
        .isEqualTo(new ExitStatus.Exited(0));
    return (said.text(Source.STDOUT) + said.text(Source.STDERR)).strip();
  }
}
