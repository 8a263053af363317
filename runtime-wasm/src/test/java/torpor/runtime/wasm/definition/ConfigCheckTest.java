package torpor.runtime.wasm.definition;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import torpor.core.definition.JsonText;
import torpor.core.refusal.Refusal;
import torpor.core.refusal.RefusalCode;
import torpor.core.refusal.Reply;
import torpor.runtime.wasm.guest.Instrumentation;
import torpor.runtime.wasm.guest.ModuleLibrary;

class ConfigCheckTest {
  @TempDir Path root;
  private ConfigCheck check;
  private Path module;

  @BeforeEach
  void open() throws IOException {
    check =
        new ConfigCheck(
            new ModuleLibrary(
                root.resolve("modules"),
                root.resolve("cache"),
                Instrumentation.none(),
                ModuleLibrary.Engine.INTERPRETER));
    module = resource("worker");
  }

  private Path resource(String name) throws IOException {
    try (InputStream in = getClass().getResourceAsStream("/wasm/" + name + ".wasm")) {
      return Files.write(root.resolve(name + ".wasm"), Objects.requireNonNull(in).readAllBytes());
    }
  }

  private Refusal refusal(String config) {
    return switch (check.check(new JsonText(config))) {
      case Reply.Refused<JsonText>(Refusal refusal) -> refusal;
      case Reply.Done<JsonText>(JsonText done) -> throw new AssertionError(done.text());
    };
  }

  private void assertRefused(String config, String field, String detail) {
    Refusal refusal = refusal(config);
    assertThat(refusal.field()).as(config).contains(field);
    assertThat(refusal.detail()).contains(detail);
    assertThat(refusal.remedy()).isNotBlank();
    assertThat(refusal.code()).isIn(RefusalCode.DEFINITION_INVALID, RefusalCode.IMAGE_INVALID);
  }

  @Test
  void aCompletedDefinitionNamesItsModuleByDigestAndEveryLimit() {
    String config =
        "{\"module\":\"%s\",\"args\":[\"-v\"],\"mounts\":[{\"source\":\"%s\",\"target\":\"/data\"}],"
                .formatted(module, root)
            + "\"limits\":{\"memory\":\"64MiB\"}}";
    if (!(check.check(new JsonText(config)) instanceof Reply.Done<JsonText>(JsonText json))) {
      throw new AssertionError(refusal(config));
    }
    WasmConfig complete = WasmConfig.read(json);
    assertThat(ModuleLibrary.isDigest(complete.module())).isTrue();
    assertThat(complete.program()).contains("worker.wasm");
    assertThat(complete.args()).containsExactly("-v");
    assertThat(complete.mounts())
        .containsExactly(new WasmConfig.Mount(root.toString(), "/data", Optional.of(true)));
    assertThat(complete.guestLimits().memoryBytes()).isEqualTo(64 << 20);
    assertThat(complete.guestLimits().cpuTime()).isEqualTo(Duration.ofHours(24));
    assertThat(check.check(json)).as("checking it again").isEqualTo(Reply.done(json));
  }

  @Test
  void everyMistakeNamesItsFieldAndTheRemedy() throws IOException {
    String start = "{\"module\":\"%s\"".formatted(module);
    assertRefused("[]", "config", "cannot be read");
    assertRefused("{}", "config.module", "is missing");
    assertRefused("{\"module\":null}", "config.module", "is missing");
    assertRefused("{\"module\":7}", "config.module", "it is not the path of a .wasm file");
    assertRefused(start + ",\"modul\":1}", "config.modul", "there is no setting 'modul'");
    assertRefused(start + ",\"args\":\"-v\"}", "config.args", "it is not a list of strings");
    assertRefused(
        start + ",\"mounts\":[{\"target\":\"/d\"}]}", "config.mounts[0].source", "missing");
    assertRefused(start + ",\"env\":{\"A=B\":\"\"}}", "config.env.A=B", "variable");
    assertRefused(start + ",\"limits\":{\"memory\":\"lots\"}}", "config.limits", "'lots'");
    assertRefused(start + ",\"limits\":{\"memory\":\"4GiB\"}}", "config.limits.memory", "more");
    assertRefused(start + ",\"limits\":{\"cpu_time\":\"0s\"}}", "config.limits", "positive");
    assertRefused(
        "{\"module\":\"%s\"}".formatted(root.resolve("none.wasm")), "config.module", "no file");
    assertRefused("{\"module\":\"%s\"}".formatted(root), "config.module", "directory");
    assertRefused(
        "{\"module\":\"sha256:%s\"}".formatted("0".repeat(64)), "config.module", "no module");
    assertRefused(
        "{\"module\":\"%s\"}".formatted(Files.writeString(root.resolve("x.wasm"), "text")),
        "config.module",
        "not a WebAssembly module");
    assertRefused("{\"module\":\"%s\"}".formatted(resource("huge")), "config.module", "4096 MiB");
    assertRefused(
        "{\"module\":\"%s\"}".formatted(resource("plain.plain")), "config.module", "asyncify");
  }

  @Test
  void mountsAreReadOnlyExistAndLieBelowTheTop() {
    assertMountRefused("{\"source\":\"/\",\"target\":\"/d\",\"read_only\":false}", "read_only");
    assertMountRefused("{\"source\":\"/nowhere/at/all\",\"target\":\"/d\"}", "source");
    for (String target : new String[] {"/", "d", "/d/", "/d/../e", "/./d", "/..", ""}) {
      assertMountRefused("{\"source\":\"%s\",\"target\":\"%s\"}".formatted(root, target), "target");
    }
  }

  private void assertMountRefused(String mount, String field) {
    assertRefused(
        "{\"module\":\"%s\",\"mounts\":[%s]}".formatted(module, mount),
        "config.mounts[0]." + field,
        "");
  }
}
