package torpor.runtime.qemu;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Assumptions;
import torpor.core.definition.JsonText;
import torpor.engine.machine.MachineRuntime;

/// Runtimes for tests that boot real machines. Where the host lacks what that takes, the test is
/// skipped and says what is missing.
final class TestRuntimes {
  /// Names a directory that `guest/init/kernel.sh` has printed.
  private static final String KERNEL = "TORPOR_TEST_KERNEL";

  private TestRuntimes() {}

  /// @param shared by all tests of a class: its templates, its image
  /// @param owner of the machines
  static QemuRuntime open(Path shared, String owner) {
    return open(shared, owner, Optional.empty());
  }

  /// @param guestApi to where programs in the machines are carried
  static QemuRuntime open(Path shared, String owner, Optional<SocketAddress> guestApi) {
    try {
      MachineRuntime runtime = QemuRuntime.open(settings(shared, owner, guestApi));
      Assumptions.assumeTrue(
          runtime.capabilities().available(),
          () -> "SKIPPED: " + runtime.capabilities().problems());
      return (QemuRuntime) runtime;
    } catch (IOException failed) {
      throw new AssertionError("the runtime cannot be opened", failed);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", stopped);
    }
  }

  static QemuSettings settings(Path shared, String owner) throws IOException, InterruptedException {
    return settings(shared, owner, Optional.empty());
  }

  private static QemuSettings settings(Path shared, String owner, Optional<SocketAddress> guestApi)
      throws IOException, InterruptedException {
    return new QemuSettings(
        owner,
        Files.createDirectories(shared.resolve("qemu")),
        kernel(),
        BusyboxImage.in(shared),
        guestApi,
        Optional.empty(),
        Optional.empty(),
        true);
  }

  static Path kernel() {
    String directory = System.getenv(KERNEL);
    Assumptions.assumeTrue(
        directory != null, "SKIPPED: set " + KERNEL + " to what guest/init/kernel.sh prints");
    return Path.of(String.valueOf(directory));
  }

  static JsonText shell(String script) {
    return new JsonText(
        "{\"image\": \"busybox\", \"command\": [\"sh\", \"-c\", \"%s\"]}"
            .formatted(script.replace("\\", "\\\\").replace("\"", "\\\"")));
  }

  static <T> T answer(CompletionStage<T> stage) throws IOException {
    try {
      return stage.toCompletableFuture().get(30, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException failed) {
      throw new IOException("no answer", failed);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", stopped);
    }
  }
}
