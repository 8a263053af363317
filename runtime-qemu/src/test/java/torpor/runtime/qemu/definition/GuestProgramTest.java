package torpor.runtime.qemu.definition;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;
import torpor.core.definition.JsonText;
import torpor.core.image.ImageConfig;
import torpor.core.refusal.Reply;
import torpor.runtime.qemu.agent.Records;

class GuestProgramTest {
  private static final ImageConfig IMAGE =
      new ImageConfig(
          List.of("/entry"),
          List.of("serve", "--all"),
          Map.of("COLOUR", "image", "KEPT", "image"),
          Optional.of("/srv"),
          Optional.of("www"),
          Optional.of("SIGQUIT"),
          Set.of(),
          Map.of());

  private static MachineConfig config(String json) {
    return switch (ConfigReader.read(new JsonText(json))) {
      case Reply.Done<MachineConfig>(MachineConfig config) -> config;
      case Reply.Refused<MachineConfig>(var refusal) -> throw new AssertionError(refusal);
    };
  }

  private static Records records(String json, Map<String, String> env, OptionalInt port) {
    return GuestProgram.records(config(json), IMAGE, env, port);
  }

  @Test
  void whatTheImageSaysRuns() {
    Records records = records("{\"image\": \"i\"}", Map.of(), OptionalInt.empty());

    assertThat(records.all("arg")).containsExactly("/entry", "serve", "--all");
    assertThat(records.find("workdir")).contains("/srv");
    assertThat(records.find("user")).contains("www");
    assertThat(records.find("stop_signal")).contains("3");
    assertThat(records.find("restart")).contains("never");
    assertThat(records.find("proxy")).isEmpty();
  }

  @Test
  void aCommandReplacesTheImagesAndAnEntrypointReplacesBoth() {
    assertThat(GuestProgram.arguments(config("{\"image\":\"i\",\"command\":[\"a\"]}"), IMAGE))
        .containsExactly("/entry", "a");
    assertThat(GuestProgram.arguments(config("{\"image\":\"i\",\"entrypoint\":[\"b\"]}"), IMAGE))
        .containsExactly("b");
  }

  @Test
  void theRequestWinsOverTheDefinitionAndThatOverTheImage() {
    Records records =
        records(
            "{\"image\":\"i\",\"env\":{\"COLOUR\":\"defined\",\"SHAPE\":\"defined\"}}",
            Map.of("SHAPE", "asked"),
            OptionalInt.empty());

    assertThat(records.all("env"))
        .contains("COLOUR=defined", "SHAPE=asked", "KEPT=image")
        .anyMatch(variable -> variable.startsWith("PATH=/"));
  }

  @Test
  void theGuestApiIsReachedThroughTheGuestsOwnLoopback() {
    Records records =
        records(
            "{\"image\":\"i\"}",
            Map.of(
                "TORPOR_API_URL", "http://192.0.2.1:7177/s/secret",
                "CHECKER_API_URL", "192.0.2.1:7177/s/secret",
                "OTHER_URL", "http://192.0.2.1:7177/"),
            OptionalInt.of(4000));

    assertThat(records.all("env"))
        .contains(
            "TORPOR_API_URL=http://127.0.0.1:4000/s/secret",
            "CHECKER_API_URL=127.0.0.1:4000/s/secret",
            "OTHER_URL=http://192.0.2.1:7177/");
    assertThat(records.find("proxy")).contains("4000");
  }

  @Test
  void whatIsWrittenIsReadBack() {
    MachineConfig config =
        config(
            "{\"image\":\"i\",\"digest\":\"sha256:"
                + "a".repeat(64)
                + "\",\"command\":[\"a\",\"b\"],\"env\":{\"B\":\"1\",\"A\":\"2\"},\"cpus\":2,"
                + "\"memory\":\"512MiB\",\"disk\":\"2GiB\",\"workdir\":\"/w\",\"user\":\"u\","
                + "\"restart\":\"always\",\"entrypoint\":[\"e\"]}");

    assertThat(config(ConfigWriter.write(config).text())).isEqualTo(config);
    assertThat(config.memoryBytes()).isEqualTo(512L << 20);
  }
}
