package torpor.daemon.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;

/// Everything the daemon can be told, checked. `docs/configuration.md` describes each.
///
/// @param data the data directory, absolute; may not exist yet
/// @param listen where the API is served over TCP
/// @param socket where the API is served over a Unix socket, absolute
/// @param node the name of this daemon among those that share its store
/// @param runtimes the runtimes to offer, each one of [#KNOWN_RUNTIMES]
public record Settings(
    Path data,
    ListenAddress listen,
    Path socket,
    StoreSetting store,
    String node,
    List<String> runtimes,
    Limits limits,
    Wasm wasm,
    Machines machines) {
  public static final List<String> KNOWN_RUNTIMES = List.of("wasm", "process", "qemu");

  public static final List<String> KNOWN_COMPRESSIONS = List.of("none", "lz4", "zstd");

  public Settings {
    runtimes = List.copyOf(runtimes);
  }

  /// @param maxMachines machines alive at once; further starts and restores wait for a place
  /// @param maxBodyBytes the largest request body that is accepted
  public record Limits(int maxMachines, long maxBodyBytes) {}

  /// What virtual machines may have. The three amounts are what may be given away to all together;
  /// more than the host has is overcommitment.
  ///
  /// @param kernel where `torpor doctor --fix` puts the guest's kernel
  /// @param compression of cold snapshots, one of [#KNOWN_COMPRESSIONS]
  /// @param coldAfter how long after it was taken a snapshot is cold
  /// @param drill how often a snapshot is restored on trial; never where zero
  public record Machines(
      int cpus,
      long memoryBytes,
      long diskBytes,
      Path kernel,
      String compression,
      Duration coldAfter,
      Duration drill,
      Network network) {}

  /// The networks of virtual machines.
  ///
  /// @param pool the addresses by which the host reaches machines, as `10.213.0.0/16`
  /// @param reserved ranges of the pool that machines do not get
  /// @param nameservers that machines ask; where empty those of the host
  /// @param mtu where empty that of the host's way out
  public record Network(
      String pool, List<String> reserved, List<String> nameservers, OptionalInt mtu) {}

  /// @param memoryBytes what all WebAssembly guests together may hold in memory
  /// @param cache where compiled modules are kept; always safe to delete
  /// @param durableSleep a plain sleep from this length on becomes a durable one
  public record Wasm(long memoryBytes, Path cache, Duration durableSleep) {}
}
