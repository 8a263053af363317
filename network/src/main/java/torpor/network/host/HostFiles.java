package torpor.network.host;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import torpor.core.instance.InstanceId;
import torpor.core.network.AddressSlot;
import torpor.network.address.Ipv4Address;
import torpor.network.facts.Connection;
import torpor.network.facts.Resolvers;
import torpor.network.facts.Route;
import torpor.network.names.Names;

/// The files in which the host shows its network. Read anew at every call, since others change it.
public final class HostFiles {
  private static final Path DEVICES = Path.of("/sys/class/net");
  private static final Path NAMESPACES = Path.of("/run/netns");
  private static final Path KERNEL_SETTINGS = Path.of("/proc/sys/net/netfilter");
  private static final List<Path> RESOLVERS =
      List.of(Path.of("/etc/resolv.conf"), Path.of("/run/systemd/resolve/resolv.conf"));
  private static final int USUAL_MTU = 1500;

  private HostFiles() {}

  public static List<Route> routes() throws IOException {
    return Route.read(Files.readString(Path.of("/proc/net/route")));
  }

  /// The MTU of the way to beyond this host.
  public static int uplinkMtu() throws IOException {
    return routes().stream()
        .filter(Route::isDefault)
        .map(route -> text(DEVICES.resolve(route.device()).resolve("mtu")))
        .flatMap(Optional::stream)
        .mapToInt(text -> Integer.parseInt(text.strip()))
        .min()
        .orElse(USUAL_MTU);
  }

  public static List<Ipv4Address> nameservers() {
    return Resolvers.usable(
        RESOLVERS.stream().map(HostFiles::text).flatMap(Optional::stream).toList());
  }

  /// Whose complete network stands at a slot.
  public static Optional<InstanceId> owner(Names names, AddressSlot slot) {
    return Files.exists(NAMESPACES.resolve(names.namespace(slot)))
        ? text(DEVICES.resolve(names.wire(slot)).resolve("ifalias")).flatMap(Names::instanceOf)
        : Optional.empty();
  }

  /// Whether anything of a network is there, a half included.
  public static boolean anythingAt(Names names, AddressSlot slot) {
    return Files.exists(DEVICES.resolve(names.wire(slot)))
        || Files.exists(NAMESPACES.resolve(names.namespace(slot)));
  }

  /// The slots of ours at which there is anything.
  public static List<AddressSlot> occupied(Names names) throws IOException {
    return Stream.concat(
            list(DEVICES).map(names::slotOfWire).flatMap(Optional::stream),
            list(NAMESPACES).map(names::slotOfNamespace).flatMap(Optional::stream))
        .distinct()
        .sorted()
        .toList();
  }

  /// What the kernel tracks; empty where it shows it only to `conntrack`.
  public static Optional<String> connections() {
    return text(Path.of("/proc/net/nf_conntrack"));
  }

  public static Map<Connection.Kind, Duration> timeouts() {
    Map<Connection.Kind, Duration> found = new EnumMap<>(Connection.Kind.class);
    for (Connection.Kind kind : Connection.Kind.values()) {
      text(KERNEL_SETTINGS.resolve(kind.setting()))
          .map(text -> Duration.ofSeconds(Long.parseLong(text.strip())))
          .ifPresent(timeout -> found.put(kind, timeout));
    }
    return found;
  }

  /// A small file's text; empty where it is not there.
  static Optional<String> text(Path file) {
    try {
      return Optional.of(Files.readString(file, StandardCharsets.UTF_8));
    } catch (NoSuchFileException | NotDirectoryException missing) {
      return Optional.empty();
    } catch (IOException e) {
      // A device that vanishes while it is read says so in several ways.
      if (!Files.exists(file)) {
        return Optional.empty();
      }
      throw new UncheckedIOException("cannot read " + file, e);
    }
  }

  private static Stream<String> list(Path directory) throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.map(entry -> entry.getFileName().toString()).toList().stream();
    } catch (NoSuchFileException none) {
      return Stream.empty();
    }
  }
}
