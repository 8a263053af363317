package torpor.runtime.wasm;

import static org.assertj.core.api.Assertions.assertThat;
import static torpor.testkit.machine.Answers.answered;
import static torpor.testkit.machine.Answers.checked;
import static torpor.testkit.machine.Answers.failed;

import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import torpor.core.definition.JsonText;
import torpor.core.machine.MachineHandle;
import torpor.core.machine.RuntimeName;
import torpor.engine.machine.MachineRuntime;
import torpor.engine.machine.MachineStart;
import torpor.testkit.machine.AskingGuest;
import torpor.testkit.machine.Endings;
import torpor.testkit.machine.MachineRuntimeContract;

class WasmRuntimeContractTest extends MachineRuntimeContract {
  @Override
  protected MachineRuntime open(Path dataDirectory) {
    return new WasmRuntime(
        WasmSettings.of(
            dataDirectory.resolve("modules"),
            dataDirectory.resolve("cache"),
            dataDirectory.resolve("tmp"),
            ""),
        Clock.systemUTC());
  }

  @Override
  protected Expected expected() {
    return new Expected(RuntimeName.WASM, true, false, "language");
  }

  private JsonText config(String does, String with, String more) {
    Path module = data.resolve("obedient.wasm");
    try (InputStream in = getClass().getResourceAsStream("/wasm/obedient.wasm")) {
      Files.write(module, Objects.requireNonNull(in).readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new JsonText(
        "{\"module\":\"%s\",\"args\":[\"%s\",\"%s\"]%s}".formatted(module, does, with, more));
  }

  @Override
  protected JsonText exits(int code) {
    return config("exit", Integer.toString(code), "");
  }

  @Override
  protected JsonText runsUntilKilled() {
    return config("never", "0", "");
  }

  @Override
  protected Obedient exitsWhenTold(int code, Path scratch) {
    String mounts = ",\"mounts\":[{\"source\":\"%s\",\"target\":\"/scratch\"}]".formatted(scratch);
    return new Obedient(
        config("told", Integer.toString(code), mounts),
        () -> Files.createFile(scratch.resolve("told")));
  }

  @Override
  protected JsonText prints(String line) {
    return config("print", line, "");
  }

  @Override
  protected JsonText printsVariable(String name, String configured) {
    return config("variable", name, ",\"env\":{\"%s\":\"%s\"}".formatted(name, configured));
  }

  @Override
  protected Optional<JsonText> asksForCheckpoint() {
    return Optional.of(config("checkpoint", "once", ""));
  }

  @Override
  protected Map<String, JsonText> badConfigs() {
    return Map.of(
        "config",
        new JsonText("[]"),
        "config.module",
        new JsonText("{\"module\":\"/nowhere/none.wasm\"}"),
        "config.limits",
        config("exit", "0", ",\"limits\":{\"memory\":\"1B\"}"),
        "config.mounts[0].source",
        config("exit", "0", ",\"mounts\":[{\"source\":\"/nowhere\",\"target\":\"/a\"}]"));
  }

  /// Its console is a pipe that nobody reads, so a birth hangs where it opens it.
  @Test
  void whatIsKilledWhileItHangsInItsBirthNeverRuns() throws Exception {
    Endings endings = new Endings();
    MachineRuntime runtime = openRuntime();
    MachineStart start =
        request(JOB, checked(runtime, runsUntilKilled()), endings, new AskingGuest());
    Path pipe = consolePath(JOB);
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    CompletionStage<MachineHandle> hanging = runtime.start(start);

    answered(runtime.kill(JOB, FIRST, Optional.empty(), Duration.ZERO));
    failed(hanging);

    try (RandomAccessFile reader = new RandomAccessFile(pipe.toFile(), "rw")) {
      assertThat(reader.getFD().valid()).isTrue();
      assertThat(answered(runtime.sweep(Set.of()))).isZero();
    }
    assertThat(endings.untaken()).isEmpty();
  }
}
