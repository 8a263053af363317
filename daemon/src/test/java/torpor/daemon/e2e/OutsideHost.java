package torpor.daemon.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ThreadLocalRandom;

/// Another host, on a wire to this one: a namespace with a web server, which machines reach as they
/// reach the world. It has two addresses.
final class OutsideHost implements AutoCloseable {
  /// Where its page is.
  static final String PAGE = "/page";

  /// What is on it.
  static final String TEXT = "outside";

  private final String name;
  private final String first;
  private final String second;
  private final Process server;

  private OutsideHost(String name, String first, String second, Process server) {
    this.name = name;
    this.first = first;
    this.second = second;
    this.server = server;
  }

  static OutsideHost serve(Path directory) throws IOException, InterruptedException {
    int number = ThreadLocalRandom.current().nextInt(1 << 13);
    String name = "tpe2e-" + number;
    String net = "198.19.%d.%d".formatted(number >> 5, (number & 31) * 8);
    String prefix = net.substring(0, net.lastIndexOf('.') + 1);
    int low = (number & 31) * 8;
    String first = prefix + (low + 2);
    String second = prefix + (low + 3);
    HostTools.run("ip", "netns", "add", name);
    HostTools.run("ip", "link", "add", name, "type", "veth", "peer", "name", "eth0", "netns", name);
    HostTools.run("ip", "address", "add", prefix + (low + 1) + "/29", "dev", name);
    HostTools.run("ip", "link", "set", name, "up");
    for (String address : new String[] {first, second}) {
      HostTools.run("ip", "-n", name, "address", "add", address + "/29", "dev", "eth0");
    }
    HostTools.run("ip", "-n", name, "link", "set", "eth0", "up");
    Path pages = Files.createDirectories(directory.resolve("outside"));
    Files.writeString(pages.resolve(PAGE.substring(1)), TEXT + "\n");
    Process server =
        new ProcessBuilder(
                HostTools.find("ip").orElseThrow().toString(),
                "netns",
                "exec",
                name,
                HostTools.find("busybox").orElseThrow().toString(),
                "httpd",
                "-f",
                "-p",
                "80",
                "-h",
                pages.toString())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    return new OutsideHost(name, first, second, server);
  }

  String first() {
    return first;
  }

  String second() {
    return second;
  }

  @Override
  public void close() throws IOException, InterruptedException {
    server.destroyForcibly().waitFor();
    HostTools.run("ip", "link", "delete", name);
    HostTools.run("ip", "netns", "delete", name);
  }
}
