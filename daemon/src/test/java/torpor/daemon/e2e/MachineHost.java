package torpor.daemon.e2e;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Assumptions;

/// What machines need of the host that tests them.
final class MachineHost {
  /// Names a directory that `guest/init/kernel.sh` has printed.
  private static final String KERNEL = "TORPOR_TEST_KERNEL";

  private static final List<String> PROGRAMS =
      List.of("busybox", "ip", "nft", "mkfs.erofs", "umoci", "mkfs.ext4", "qemu-img", "tar");

  private MachineHost() {}

  /// Skips the calling test, and says so, where machines cannot be.
  ///
  /// @param more programs that it needs
  /// @return what machines boot
  static Path demandKernel(String... more) throws IOException {
    List<String> missing = new ArrayList<>();
    Optional<Path> kernel = Optional.ofNullable(System.getenv(KERNEL)).map(Path::of);
    if (kernel.isEmpty()) {
      missing.add(KERNEL + " does not name what guest/init/kernel.sh prints");
    }
    if (!HostTools.isRoot()) {
      missing.add("networks of machines take root");
    }
    List<String> programs = new ArrayList<>(PROGRAMS);
    programs.addAll(List.of(more));
    String architecture = System.getProperty("os.arch").replace("amd64", "x86_64");
    programs.add("qemu-system-" + architecture);
    programs.stream()
        .filter(program -> HostTools.find(program).isEmpty())
        .forEach(program -> missing.add(program + " is not installed"));
    if (!missing.isEmpty()) {
      System.err.println("SKIPPED, since no machines are tested: " + String.join("; ", missing));
      Assumptions.abort(String.join("; ", missing));
    }
    return kernel.orElseThrow();
  }

  /// Where nobody is as a rule, and another run seldom.
  static String pool() {
    RandomGenerator random = ThreadLocalRandom.current();
    return "10.%d.%d.0/20".formatted(random.nextInt(214, 220), 16 * random.nextInt(16));
  }
}
