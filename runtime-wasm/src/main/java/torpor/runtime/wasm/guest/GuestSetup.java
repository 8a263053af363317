package torpor.runtime.wasm.guest;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import torpor.runtime.wasm.files.PrivateFiles;
import torpor.runtime.wasm.memory.PageBudget;
import torpor.runtime.wasm.mount.HostTree;
import torpor.runtime.wasm.wasi.DescriptorTable;
import torpor.runtime.wasm.wasi.GuestEnvironment;
import torpor.runtime.wasm.wasi.OutputSink;

/// Everything a guest is given by its host.
///
/// @param name of its thread, for people
/// @param directory the guest's own, on the file system that holds its snapshots
/// @param durableFrom shorter sleeps are waited for on the guest's thread
public record GuestSetup(
    String name,
    Path directory,
    GuestLimits limits,
    GuestEnvironment environment,
    List<HostMount> mounts,
    Duration durableFrom,
    Host host,
    OutputSink sink,
    HostServices services) {

  /// What is the same for all guests of a process.
  ///
  /// @param entropy fills an array with random bytes
  public record Host(
      PageBudget budget, CpuSupervisor supervisor, Clock clock, Consumer<byte[]> entropy) {}

  /// A host directory lent read-only.
  public record HostMount(Path source, String target) {}

  Path segments() {
    return directory.resolve("segments");
  }

  Path pages() {
    return directory.resolve("pages");
  }

  DescriptorTable descriptors(PrivateFiles files) throws IOException {
    List<DescriptorTable.Mount> trees = new ArrayList<>();
    trees.add(new DescriptorTable.Mount("/", files));
    for (HostMount mount : mounts) {
      trees.add(new DescriptorTable.Mount(mount.target(), new HostTree(mount.source())));
    }
    return new DescriptorTable(trees);
  }
}
