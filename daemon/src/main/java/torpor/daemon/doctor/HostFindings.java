package torpor.daemon.doctor;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import torpor.daemon.config.Settings;
import torpor.daemon.config.StoreSetting;
import torpor.host.program.Executables;
import torpor.wire.ByteSizes;

/// What can be seen of this host without a daemon.
public final class HostFindings {
  private static final Set<String> FORGETFUL = Set.of("tmpfs", "ramfs", "devtmpfs");
  private static final long LITTLE_SPACE = 1L << 30;
  private static final int PROBES = 20;
  private static final int POSTGRESQL_PORT = 5432;
  private static final Duration CONNECT_PATIENCE = Duration.ofSeconds(3);

  private HostFindings() {}

  public static List<Finding> of(Settings settings, Map<String, String> environment) {
    Path existing = nearestExisting(settings.data());
    return List.of(
        Finding.ok("java", Runtime.version() + " in " + System.getProperty("java.home")),
        Finding.ok(
            "memory",
            ByteSizes.format(Runtime.getRuntime().maxMemory())
                + " for this process, of which WebAssembly guests may take "
                + ByteSizes.format(settings.wasm().memoryBytes())),
        directory(settings.data(), existing),
        space(existing),
        flush(existing),
        store(settings.store()),
        wasmOpt(environment));
  }

  private static Path nearestExisting(Path path) {
    Path candidate = path;
    while (!Files.exists(candidate)) {
      Path parent = candidate.getParent();
      if (parent == null) {
        return candidate;
      }
      candidate = parent;
    }
    return candidate;
  }

  private static Finding directory(Path data, Path existing) {
    if (!Files.isDirectory(existing) || !Files.isWritable(existing)) {
      return Finding.fault(
          "data directory",
          data + " cannot be written: " + existing + " is no directory that this user may change",
          "set data to a directory of this user, or create it with the right owner");
    }
    String state = existing.equals(data) ? "" : " (made at the first start)";
    return Finding.ok("data directory", data + state);
  }

  private static Finding space(Path existing) {
    try {
      var fileStore = Files.getFileStore(existing);
      long free = fileStore.getUsableSpace();
      String detail = ByteSizes.format(free) + " free on " + fileStore.type();
      if (FORGETFUL.contains(fileStore.type())) {
        return Finding.note(
            "disk",
            detail + ", which forgets everything when the host stops",
            "set data to a directory on a disk");
      }
      return free < LITTLE_SPACE
          ? Finding.note("disk", detail, "free some space; a full disk refuses checkpoints")
          : Finding.ok("disk", detail);
    } catch (IOException e) {
      return Finding.note("disk", "its free space cannot be read: " + e, "check the mount");
    }
  }

  /// How long it takes until a small write is durable; every acknowledged call waits for one.
  private static Finding flush(Path existing) {
    try {
      Path probe = Files.createTempFile(existing, ".torpor-doctor", ".tmp");
      long[] nanos = new long[PROBES];
      try (FileChannel channel = FileChannel.open(probe, StandardOpenOption.WRITE)) {
        for (int i = 0; i < PROBES; i++) {
          long began = System.nanoTime();
          channel.write(ByteBuffer.wrap(new byte[512]));
          channel.force(false);
          nanos[i] = System.nanoTime() - began;
        }
      } finally {
        Files.delete(probe);
      }
      Arrays.sort(nanos);
      double millis = nanos[PROBES / 2] / 1e6;
      return Finding.ok("flush", "%.2f ms until a small write is durable".formatted(millis));
    } catch (IOException e) {
      return Finding.fault(
          "flush", "a file in " + existing + " cannot be flushed: " + e, "check disk and owner");
    }
  }

  private static Finding store(StoreSetting store) {
    return switch (store) {
      case StoreSetting.Sqlite sqlite -> Finding.ok("store", sqlite + ", in the data directory");
      case StoreSetting.Postgresql postgresql -> {
        int port = postgresql.url().getPort() < 0 ? POSTGRESQL_PORT : postgresql.url().getPort();
        try (Socket socket = new Socket()) {
          socket.connect(
              new InetSocketAddress(postgresql.url().getHost(), port),
              (int) CONNECT_PATIENCE.toMillis());
          yield Finding.ok("store", postgresql + " listens");
        } catch (IOException e) {
          yield Finding.fault(
              "store",
              postgresql + " cannot be reached: " + e.getMessage(),
              "start the database, or check host and port in the setting store");
        }
      }
    };
  }

  private static Finding wasmOpt(Map<String, String> environment) {
    String name = "wasm-opt";
    return Executables.find(name, environment.getOrDefault("PATH", ""))
        .map(path -> Finding.ok(name, path.toString()))
        .orElseGet(() ->
            Finding.note(
                name,
                "not installed: modules must arrive instrumented",
                "install binaryen to let Torpor instrument them"));
  }
}
