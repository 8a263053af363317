package torpor.daemon.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/// Everything that can be configured.
///
/// @param name as a file says it, with dots between tables
record Key<T>(String name, ValueType<T> type) {
  static final Key<Path> DATA = new Key<>("data", ValueTypes.PATH);
  static final Key<ListenAddress> LISTEN = new Key<>("listen", ValueTypes.ADDRESS);
  static final Key<Path> SOCKET = new Key<>("socket", ValueTypes.SOCKET_PATH);
  static final Key<StoreSetting> STORE = new Key<>("store", ValueTypes.STORE);
  static final Key<String> NODE = new Key<>("node", ValueTypes.NODE_NAME);
  static final Key<List<String>> RUNTIMES =
      new Key<>("runtimes", ValueTypes.choices(Settings.KNOWN_RUNTIMES));
  static final Key<Integer> MAX_MACHINES =
      new Key<>("limits.max_machines", ValueTypes.count(1, 100_000));
  static final Key<Long> MAX_BODY =
      new Key<>("limits.max_body", ValueTypes.size(1L << 10, 1L << 30));
  static final Key<Long> WASM_MEMORY =
      new Key<>("wasm.memory", ValueTypes.size(1L << 20, 1L << 44));
  static final Key<Path> WASM_CACHE = new Key<>("wasm.cache", ValueTypes.PATH);
  static final Key<Duration> WASM_DURABLE_SLEEP =
      new Key<>(
          "wasm.durable_sleep", ValueTypes.duration(Duration.ofMillis(10), Duration.ofDays(365)));

  static final Key<Integer> MACHINES_CPUS =
      new Key<>("machines.cpus", ValueTypes.count(1, 100_000));
  static final Key<Long> MACHINES_MEMORY =
      new Key<>("machines.memory", ValueTypes.size(1L << 26, 1L << 50));
  static final Key<Long> MACHINES_DISK =
      new Key<>("machines.disk", ValueTypes.size(1L << 26, 1L << 60));
  static final Key<Double> CPU_OVERCOMMIT =
      new Key<>("machines.cpu_overcommit", ValueTypes.ratio(0.01, 1000));
  static final Key<Double> MEMORY_OVERCOMMIT =
      new Key<>("machines.memory_overcommit", ValueTypes.ratio(0.01, 1000));
  static final Key<Double> DISK_OVERCOMMIT =
      new Key<>("machines.disk_overcommit", ValueTypes.ratio(0.01, 1000));
  static final Key<Path> MACHINES_KERNEL = new Key<>("machines.kernel", ValueTypes.PATH);
  static final Key<String> MACHINES_COMPRESSION =
      new Key<>("machines.compression", ValueTypes.choice(Settings.KNOWN_COMPRESSIONS));
  static final Key<Duration> MACHINES_COLD_AFTER =
      new Key<>("machines.cold_after", ValueTypes.duration(Duration.ZERO, Duration.ofDays(365)));
  static final Key<Duration> MACHINES_DRILL =
      new Key<>("machines.drill", ValueTypes.duration(Duration.ZERO, Duration.ofDays(365)));
  static final Key<String> NETWORK_POOL = new Key<>("network.pool", ValueTypes.TEXT);
  static final Key<List<String>> NETWORK_RESERVED = new Key<>("network.reserved", ValueTypes.TEXTS);
  static final Key<List<String>> NETWORK_NAMESERVERS =
      new Key<>("network.nameservers", ValueTypes.TEXTS);
  static final Key<Integer> NETWORK_MTU = new Key<>("network.mtu", ValueTypes.count(0, 65_535));

  static final List<Key<?>> ALL =
      List.of(
          DATA,
          LISTEN,
          SOCKET,
          STORE,
          NODE,
          RUNTIMES,
          MAX_MACHINES,
          MAX_BODY,
          WASM_MEMORY,
          WASM_CACHE,
          WASM_DURABLE_SLEEP,
          MACHINES_CPUS,
          MACHINES_MEMORY,
          MACHINES_DISK,
          CPU_OVERCOMMIT,
          MEMORY_OVERCOMMIT,
          DISK_OVERCOMMIT,
          MACHINES_KERNEL,
          MACHINES_COMPRESSION,
          MACHINES_COLD_AFTER,
          MACHINES_DRILL,
          NETWORK_POOL,
          NETWORK_RESERVED,
          NETWORK_NAMESERVERS,
          NETWORK_MTU);

  static final List<String> NAMES = ALL.stream().<String>map(Key::name).toList();

  /// The environment variable that sets it.
  String variable() {
    return "TORPOR_" + name.toUpperCase(Locale.ROOT).replace('.', '_');
  }
}
