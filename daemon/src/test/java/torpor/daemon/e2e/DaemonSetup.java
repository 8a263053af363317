package torpor.daemon.e2e;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/// How a daemon is started, again and again with the same words.
///
/// @param home an empty directory; the data directory and the socket lie in it
/// @param port the same at every start, since programs that live on were told it
/// @param options further options of `serve`
record DaemonSetup(
    Path home, Path data, int port, String store, String node, List<String> options) {
  private static final int FIRST_PORT = 20_000;
  private static final int LAST_PORT = 32_000;

  DaemonSetup {
    options = List.copyOf(options);
  }

  static DaemonSetup in(Path home) {
    return new DaemonSetup(home, home.resolve("data"), freePort(), "sqlite", "e2e", List.of());
  }

  DaemonSetup withStore(String address) {
    return new DaemonSetup(home, data, port, address, node, options);
  }

  DaemonSetup withNode(String name) {
    return new DaemonSetup(home, data, port, store, name, options);
  }

  DaemonSetup withData(Path directory) {
    return new DaemonSetup(home, directory, port, store, node, options);
  }

  DaemonSetup with(String... more) {
    List<String> all = new ArrayList<>(options);
    all.addAll(List.of(more));
    return new DaemonSetup(home, data, port, store, node, all);
  }

  List<String> arguments() {
    List<String> arguments = new ArrayList<>();
    arguments.addAll(List.of("serve", "--data", data.toString(), "--socket", socket().toString()));
    arguments.addAll(List.of("--listen", "127.0.0.1:" + port, "--store", store, "--node", node));
    arguments.addAll(options);
    return arguments;
  }

  Path socket() {
    return home.resolve("torpor.sock");
  }

  /// Below the range from which the system takes ports for outgoing connections: one of those could
  /// sit on ours while the daemon is down.
  static int freePort() {
    while (true) {
      int port = ThreadLocalRandom.current().nextInt(FIRST_PORT, LAST_PORT);
      try (ServerSocket probe = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        return probe.getLocalPort();
      } catch (IOException taken) {
        // Another one, then.
      }
    }
  }
}
