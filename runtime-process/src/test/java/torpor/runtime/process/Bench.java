package torpor.runtime.process;

import static torpor.testkit.machine.Answers.answered;
import static torpor.testkit.machine.Answers.checked;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import torpor.core.definition.JsonText;
import torpor.core.job.JobId;
import torpor.core.machine.Generation;
import torpor.core.machine.MachineHandle;
import torpor.engine.machine.MachineAdoption;
import torpor.engine.machine.MachineRuntime;
import torpor.engine.machine.MachineStart;
import torpor.host.process.ProcessStat;
import torpor.testkit.machine.AskingGuest;
import torpor.testkit.machine.Endings;

/// One job in one data directory, and the runtime that serves it.
record Bench(Path data, MachineRuntime runtime) implements AutoCloseable {
  static final JobId JOB = new JobId("01kah0000000000000000000c3");
  static final Generation FIRST = new Generation(1);

  static Bench open(Path data) {
    return new Bench(data, ProcessRuntime.open(Programs.markOf(data), data));
  }

  MachineHandle start(JsonText config, Endings endings) throws IOException {
    Files.createDirectories(directory());
    return answered(
        runtime.start(
            new MachineStart(
                JOB,
                FIRST,
                checked(runtime, config),
                Map.of("TORPOR_JOB_ID", JOB.toString()),
                directory(),
                console(),
                new AskingGuest(),
                endings)));
  }

  void kill(Duration grace) {
    answered(runtime.kill(JOB, FIRST, Optional.empty(), grace));
  }

  Optional<MachineHandle> adopt(Optional<MachineHandle> handle, Endings endings) {
    return answered(runtime.adopt(new MachineAdoption(JOB, FIRST, handle, directory(), endings)));
  }

  Path directory() {
    return data.resolve("instances").resolve(JOB.ulid());
  }

  Path console() {
    return directory().resolve("console.log");
  }

  static boolean isAlive(long pid) {
    return ProcessStat.of(pid).filter(stat -> !stat.ended()).isPresent();
  }

  /// Ends the job's program, whatever became of the test.
  @Override
  public void close() {
    kill(Duration.ZERO);
    runtime.close();
  }
}
