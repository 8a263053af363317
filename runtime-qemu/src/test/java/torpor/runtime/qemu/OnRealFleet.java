package torpor.runtime.qemu;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import torpor.host.file.FileTrees;

/// Tests on a [RealFleet] of their own each; templates are shared by those of a class. Nothing runs
/// afterwards.
abstract class OnRealFleet {
  private static Path shared = Path.of("/");

  @TempDir Path data;
  private Optional<RealFleet> opened = Optional.empty();

  @BeforeAll
  static void prepare() throws IOException {
    shared = Files.createTempDirectory("qemu");
  }

  @AfterAll
  static void clear() throws IOException {
    FileTrees.delete(shared);
  }

  @BeforeEach
  void needsKernel() {
    TestRuntimes.kernel();
    opened = Optional.of(new RealFleet(shared, data));
  }

  @AfterEach
  void endAll() throws IOException, InterruptedException {
    if (opened.isPresent()) {
      opened.get().endAll();
    }
  }

  final RealFleet real() {
    return opened.orElseThrow();
  }
}
