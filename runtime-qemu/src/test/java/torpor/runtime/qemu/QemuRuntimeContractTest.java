package torpor.runtime.qemu;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import torpor.core.definition.JsonText;
import torpor.core.instance.InstanceId;
import torpor.core.machine.RuntimeName;
import torpor.engine.machine.MachineRuntime;
import torpor.host.file.FileTrees;
import torpor.testkit.machine.MachineRuntimeContract;

class QemuRuntimeContractTest extends MachineRuntimeContract {
  private static Path shared = Path.of("/");
  private static Optional<HttpGuestApi> guestApi = Optional.empty();
  private Optional<QemuRuntime> newest = Optional.empty();

  @BeforeAll
  static void prepare() throws IOException {
    shared = Files.createTempDirectory("qemu");
    guestApi = Optional.of(HttpGuestApi.open());
  }

  @AfterAll
  static void clear() throws IOException {
    guestApi.ifPresent(HttpGuestApi::close);
    FileTrees.delete(shared);
  }

  @Override
  protected MachineRuntime open(Path dataDirectory) {
    HttpGuestApi api = guestApi.orElseThrow();
    String owner = dataDirectory.getFileName().toString();
    QemuRuntime runtime = TestRuntimes.open(shared, owner, Optional.of(api.address()));
    newest = Optional.of(runtime);
    return new ServedRuntime(runtime, api);
  }

  @Override
  protected Expected expected() {
    return new Expected(new RuntimeName("qemu"), true, true, "vm");
  }

  @Override
  protected JsonText exits(int code) {
    return TestRuntimes.shell("exit " + code);
  }

  @Override
  protected JsonText runsUntilKilled() {
    return TestRuntimes.shell("while true; do sleep 1000; done");
  }

  @Override
  protected Obedient exitsWhenTold(int code, Path scratch) {
    return new Obedient(
        TestRuntimes.shell("until [ -e /told ]; do sleep 0.05; done; exit " + code), this::tell);
  }

  private void tell() throws IOException {
    var sessions = newest.orElseThrow().sessions();
    TestRuntimes.answer(
        sessions.exec(InstanceId.of(JOB), Programs.of("touch", "/told"), new Said()));
  }

  @Override
  protected Optional<JsonText> asksForCheckpoint() {
    return Optional.of(guestApi.orElseThrow().caller(JOB));
  }

  @Override
  protected JsonText prints(String line) {
    return TestRuntimes.shell("echo '" + line + "'");
  }

  @Override
  protected JsonText printsVariable(String name, String configured) {
    return new JsonText(
        """
        {"image": "busybox", "command": ["sh", "-c", "echo $%s"], "env": {"%s": "%s"}}
        """
            .formatted(name, name, configured));
  }

  @Override
  protected Map<String, JsonText> badConfigs() {
    return Map.of(
        "config", new JsonText("[1"),
        "image", new JsonText("{\"image\": \"nothing-like-it\"}"),
        "command[1]", new JsonText("{\"image\": \"busybox\", \"command\": [\"sh\", 1]}"),
        "workdir", new JsonText("{\"image\": \"busybox\", \"workdir\": \"here\"}"),
        "imgae", new JsonText("{\"imgae\": \"busybox\"}"),
        "cpus", new JsonText("{\"image\": \"busybox\", \"cpus\": 0}"),
        "memory", new JsonText("{\"image\": \"busybox\", \"memory\": \"much\"}"),
        "disk", new JsonText("{\"image\": \"busybox\", \"disk\": \"1MiB\"}"),
        "restart", new JsonText("{\"image\": \"busybox\", \"restart\": \"sometimes\"}"));
  }
}
