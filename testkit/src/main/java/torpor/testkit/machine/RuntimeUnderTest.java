package torpor.testkit.machine;

import static torpor.testkit.machine.Answers.answered;
import static torpor.testkit.machine.Answers.checked;
import static torpor.testkit.machine.Answers.failed;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import torpor.core.definition.JsonText;
import torpor.core.job.JobId;
import torpor.core.machine.Generation;
import torpor.core.machine.MachineHandle;
import torpor.core.machine.RuntimeName;
import torpor.core.snapshot.SnapshotNumber;
import torpor.core.snapshot.Token;
import torpor.engine.machine.MachineAdoption;
import torpor.engine.machine.MachineRestore;
import torpor.engine.machine.MachineRuntime;
import torpor.engine.machine.MachineStart;
import torpor.engine.machine.SnapshotTarget;

/// A runtime in a test: how it is opened, how its programs are made, and how machines are asked
/// for.
public abstract class RuntimeUnderTest {
  protected static final JobId JOB = new JobId("01kah0000000000000000000a1");
  protected static final JobId OTHER_JOB = new JobId("01kah0000000000000000000b2");
  protected static final Generation FIRST = new Generation(1);
  static final Duration GRACE = Duration.ofSeconds(5);

  /// What the runtime is expected to measure on a host that has all it needs.
  public record Expected(
      RuntimeName name, boolean checkpoint, boolean survivesDaemon, String isolation) {}

  /// A program that runs until `tell` is called, and then ends.
  public record Obedient(JsonText config, Tell tell) {}

  /// Tells a program to end; may wait for it to listen.
  @FunctionalInterface
  public interface Tell {
    void run() throws IOException;
  }

  private final List<MachineRuntime> opened = new ArrayList<>();
  private final Set<JobId> started = new HashSet<>();

  @TempDir protected Path data;

  /// Opens the runtime on a data directory, as a daemon that starts.
  protected abstract MachineRuntime open(Path dataDirectory);

  protected abstract Expected expected();

  /// Ends at once with this code.
  protected abstract JsonText exits(int code);

  protected abstract JsonText runsUntilKilled();

  /// Ends with `code` when told to, and not before.
  ///
  /// @param scratch an existing folder for whatever tells it
  protected abstract Obedient exitsWhenTold(int code, Path scratch) throws IOException;

  /// Writes this line and ends with 0.
  protected abstract JsonText prints(String line);

  /// Writes the value of an environment variable and ends with 0.
  ///
  /// @param configured what the definition itself sets it to, where it can
  protected abstract JsonText printsVariable(String name, String configured);

  /// Configurations that are refused, each under the name of the field at fault.
  protected abstract Map<String, JsonText> badConfigs();

  /// Asks for a checkpoint, and ends with 7 once that is answered. For runtimes that can.
  protected Optional<JsonText> asksForCheckpoint() {
    return Optional.empty();
  }

  @AfterEach
  void endAll() {
    opened.forEach(MachineRuntime::close);
    try (MachineRuntime next = open(data)) {
      started.forEach(
          job -> answered(next.kill(job, new Generation(9), Optional.empty(), Duration.ZERO)));
    }
  }

  protected final MachineRuntime openRuntime() {
    MachineRuntime runtime = open(data);
    opened.add(runtime);
    return runtime;
  }

  /// Checks the configuration and starts its program.
  protected final MachineHandle start(
      MachineRuntime runtime, JobId job, JsonText config, Endings endings) {
    MachineStart request = request(job, checked(runtime, config), endings, new AskingGuest());
    return answered(runtime.start(request));
  }

  protected final MachineStart request(
      JobId job, JsonText checkedConfig, Endings endings, AskingGuest guest) {
    started.add(job);
    return new MachineStart(
        job,
        FIRST,
        checkedConfig,
        Map.of("COLOUR", "requested"),
        directory(job),
        consolePath(job),
        guest,
        endings);
  }

  protected final MachineAdoption adoption(
      JobId job, Optional<MachineHandle> handle, Endings endings) {
    return new MachineAdoption(job, FIRST, handle, directory(job), endings);
  }

  /// The job's own directory, existing.
  protected final Path directory(JobId job) {
    try {
      return Files.createDirectories(data.resolve("instances").resolve(job.ulid()));
    } catch (IOException failed) {
      throw new AssertionError("the job's directory cannot be made", failed);
    }
  }

  protected final Path consolePath(JobId job) {
    return directory(job).resolve("console.log");
  }

  protected final String console(JobId job) throws IOException {
    return Files.readString(consolePath(job));
  }

  static SnapshotTarget target(MachineHandle handle, Path staging) {
    return new SnapshotTarget(
        JOB, FIRST, handle, SnapshotNumber.FIRST, staging, Optional.empty(), false);
  }

  static MachineRestore restore(MachineStart start, Path snapshot, Token token) {
    return new MachineRestore(start, snapshot, SnapshotNumber.FIRST, token, Optional.empty());
  }
}
