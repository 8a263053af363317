package torpor.runtime.process;

import static org.assertj.core.api.Assertions.assertThat;
import static torpor.testkit.machine.Answers.PATIENCE;
import static torpor.testkit.machine.Answers.answered;
import static torpor.testkit.machine.Answers.checked;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import torpor.core.definition.JsonText;
import torpor.core.job.JobId;
import torpor.core.machine.ExitStatus;
import torpor.core.machine.Generation;
import torpor.core.machine.MachineHandle;
import torpor.engine.machine.MachineAdoption;
import torpor.engine.machine.MachineRuntime;
import torpor.engine.machine.MachineStart;
import torpor.testkit.machine.AskingGuest;
import torpor.testkit.machine.Endings;

@Timeout(300)
class ManyProgramsTest {
  private static final int MANY = 40;
  private static final Generation FIRST = new Generation(1);

  @TempDir Path data;
  private final List<Endings> endings = new ArrayList<>();

  @Test
  void eachIsToldItsOwnEnd() throws IOException {
    try (MachineRuntime runtime = open()) {
      startAll(runtime, "exit $NUMBER");

      for (int i = 0; i < MANY; i++) {
        assertThat(endings.get(i).next(PATIENCE)).isEqualTo(new ExitStatus.Exited(i));
      }
      assertThat(answered(runtime.sweep(Set.of()))).isZero();
    }
  }

  @Test
  void allAreAdoptedAndKilledAtOnce() throws IOException {
    List<MachineHandle> handles;
    try (MachineRuntime first = open()) {
      handles = startAll(first, "sleep infinity; :");
    }
    try (MachineRuntime second = open()) {
      List<CompletionStage<Optional<MachineHandle>>> adopted = new ArrayList<>();
      for (int i = 0; i < MANY; i++) {
        adopted.add(
            second.adopt(
                new MachineAdoption(
                    job(i), FIRST, Optional.of(handles.get(i)), directory(i), endings.get(i))));
      }
      for (int i = 0; i < MANY; i++) {
        assertThat(answered(adopted.get(i))).contains(handles.get(i));
      }
      List<CompletionStage<Void>> killed = new ArrayList<>();
      for (int i = 0; i < MANY; i++) {
        killed.add(second.kill(job(i), FIRST, Optional.empty(), Duration.ofSeconds(5)));
      }
      killed.forEach(kill -> answered(kill));

      assertThat(answered(second.sweep(Set.of()))).isZero();
    }
    assertThat(endings).allSatisfy(ending -> assertThat(ending.untaken()).isEmpty());
  }

  private MachineRuntime open() {
    return ProcessRuntime.open(Programs.markOf(data), data);
  }

  private List<MachineHandle> startAll(MachineRuntime runtime, String script) throws IOException {
    JsonText config = checked(runtime, Programs.shell(script));
    List<CompletionStage<MachineHandle>> started = new ArrayList<>();
    for (int i = 0; i < MANY; i++) {
      endings.add(new Endings());
      Files.createDirectories(directory(i));
      started.add(
          runtime.start(
              new MachineStart(
                  job(i),
                  FIRST,
                  config,
                  Map.of("NUMBER", Integer.toString(i)),
                  directory(i),
                  directory(i).resolve("console.log"),
                  new AskingGuest(),
                  endings.get(i))));
    }
    List<MachineHandle> handles = new ArrayList<>();
    started.forEach(start -> handles.add(answered(start)));
    return handles;
  }

  private Path directory(int number) {
    return data.resolve(job(number).ulid());
  }

  private static JobId job(int number) {
    return new JobId("01kah00000000000000000000000".substring(0, 24) + "%02d".formatted(number));
  }
}
